package io.clickstream.event;

import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key of a raw object, as the path below the raw root: {@code YYYY/MM/DD/HH/event-<uuid>.json}
 * or {@code YYYY/MM/DD/HH/batch-<uuid>.ndjson}.
 *
 * <p>This relative form, not the full URI, feeds ids, ties and tables, so that {@code s3a://…} and
 * {@code file://…} give the same warehouse.
 *
 * @param hour the UTC hour of reception, truncated to the hour
 * @param kind one event, or a batch of one event a line
 * @param id the object's own UUID, given by the writer
 */
public record RawKey(Instant hour, Kind kind, UUID id) implements Serializable {

  /** What an object holds, told by its name. */
  public enum Kind {
    /** One JSON object. */
    EVENT('e', "event-", ".json"),
    /** One JSON object a line. */
    BATCH('b', "batch-", ".ndjson");

    private final char code;
    private final String prefix;
    private final String suffix;

    Kind(char code, String prefix, String suffix) {
      this.code = code;
      this.prefix = prefix;
      this.suffix = suffix;
    }

    /** One ASCII letter; the letters order as the names do, so as a listing does. */
    public char code() {
      return code;
    }

    /**
     * The kind of a code.
     *
     * @throws IllegalArgumentException for a letter that no kind has
     */
    public static Kind ofCode(char code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no raw object kind has the code '" + code + "'");
    }
  }

  /** The folder that holds all hours, below the bucket. */
  public static final String ROOT = "events";

  private static final DateTimeFormatter HOUR_PREFIX =
      DateTimeFormatter.ofPattern("uuuu/MM/dd/HH", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT)
          .withZone(ZoneOffset.UTC);

  private static final int HOUR_LENGTH = "YYYY/MM/DD/HH".length();

  private static final Pattern FILE_NAME =
      Pattern.compile(
          "(event|batch)-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\\.(json|ndjson)");

  public RawKey {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
    if (!hour.equals(hour.truncatedTo(ChronoUnit.HOURS))) {
      throw new IllegalArgumentException("not a whole hour: " + hour);
    }
  }

  /** A new key for an object received at an instant. */
  public static RawKey received(Instant at, Kind kind, UUID id) {
    return new RawKey(at.truncatedTo(ChronoUnit.HOURS), kind, id);
  }

  /** {@code YYYY/MM/DD/HH} of an instant. */
  public static String hourPrefix(Instant at) {
    return HOUR_PREFIX.format(at);
  }

  /**
   * Reads {@code YYYY/MM/DD/HH}.
   *
   * @return empty when it is no hour of that form
   */
  public static Optional<Instant> parseHour(String prefix) {
    try {
      return Optional.of(HOUR_PREFIX.parse(prefix, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads an object's name inside a known hour.
   *
   * @param hour the hour of the prefix that was listed
   * @param fileName the part after the last slash
   * @return empty when the name is not one that the platform writes (upper-case hex included)
   */
  public static Optional<RawKey> inHour(Instant hour, String fileName) {
    Matcher matcher = FILE_NAME.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Kind kind = matcher.group(1).equals("event") ? Kind.EVENT : Kind.BATCH;
    if (!fileName.endsWith(kind.suffix)
        || fileName.length() != kind.prefix.length() + 36 + kind.suffix.length()) {
      return Optional.empty();
    }
    return Optional.of(new RawKey(hour, kind, UUID.fromString(matcher.group(2))));
  }

  /**
   * Reads a relative key.
   *
   * @return empty when it is not of the platform's form
   */
  public static Optional<RawKey> parse(String relativeKey) {
    if (relativeKey.length() <= HOUR_LENGTH || relativeKey.charAt(HOUR_LENGTH) != '/') {
      return Optional.empty();
    }
    return parseHour(relativeKey.substring(0, HOUR_LENGTH))
        .flatMap(hour -> inHour(hour, relativeKey.substring(HOUR_LENGTH + 1)));
  }

  /** The object's name: {@code event-<uuid>.json}. */
  public String fileName() {
    return kind.prefix + id + kind.suffix;
  }

  /** The path below the raw root: {@code YYYY/MM/DD/HH/event-<uuid>.json}. */
  public String relative() {
    return hourPrefix(hour) + "/" + fileName();
  }

  /** The key of a record: the object's own, or {@code key#line} for a line of a batch, from 1. */
  public static String ofLine(String objectKey, int line) {
    return objectKey + "#" + line;
  }
}
