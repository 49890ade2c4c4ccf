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
 * The key of a raw object: its path below the raw root, {@code YYYY/MM/DD/HH/event-<uuid>.json} or
 * {@code YYYY/MM/DD/HH/batch-<uuid>.ndjson}.
 *
 * <p>Ids, tie-breaks and tables use this relative path, not the full URI. So {@code s3a://…} and
 * {@code file://…} give the same warehouse.
 *
 * @param hour the UTC hour of reception
 * @param kind the format of the object
 * @param id the object's own UUID, chosen by the writer
 */
public record RawKey(Instant hour, Kind kind, UUID id) implements Serializable {

  /** The format of an object, which its name shows. */
  public enum Kind {
    /** One JSON object. */
    EVENT('e', "event-", ".json"),
    /** One JSON object per line. */
    BATCH('b', "batch-", ".ndjson");

    private final char code;
    private final String prefix;
    private final String suffix;

    Kind(char code, String prefix, String suffix) {
      this.code = code;
      this.prefix = prefix;
      this.suffix = suffix;
    }

    /** Returns one ASCII letter. The letters sort like the file names, so like a listing. */
    public char code() {
      return code;
    }

    /**
     * Returns the kind with a code.
     *
     * @throws IllegalArgumentException if no kind has the code
     */
    public static Kind ofCode(char code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "Cannot find a raw object kind with the code '" + code + "'.");
    }
  }

  /** Folder of all hours in the bucket. */
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
      throw new IllegalArgumentException(
          "Cannot create a raw key: " + hour + " is not a whole hour.");
    }
  }

  /** Returns the key of an object that was received at an instant. */
  public static RawKey received(Instant at, Kind kind, UUID id) {
    return new RawKey(at.truncatedTo(ChronoUnit.HOURS), kind, id);
  }

  /** Returns {@code YYYY/MM/DD/HH} of an instant. */
  public static String hourPrefix(Instant at) {
    return HOUR_PREFIX.format(at);
  }

  /**
   * Parses {@code YYYY/MM/DD/HH}.
   *
   * @return empty if the text is not an hour of that form, from {@link Limits#EARLIEST} to {@link
   *     Limits#LATEST}: a warehouse cannot store each hour that the form admits
   */
  public static Optional<Instant> parseHour(String prefix) {
    try {
      return Optional.of(HOUR_PREFIX.parse(prefix, Instant::from))
          .filter(hour -> !hour.isBefore(Limits.EARLIEST) && hour.isBefore(Limits.LATEST));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the hour at the beginning of a relative key, also of a record key.
   *
   * @throws IllegalArgumentException if the key does not begin with an hour
   */
  public static Instant hourOf(String key) {
    return Optional.of(key)
        .filter(whole -> whole.length() > HOUR_LENGTH && whole.charAt(HOUR_LENGTH) == '/')
        .flatMap(whole -> parseHour(whole.substring(0, HOUR_LENGTH)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Cannot find the hour of the key '"
                        + key
                        + "': it does not begin with YYYY/MM/DD/HH/."));
  }

  /**
   * Parses the name of an object in a known hour.
   *
   * @param hour the hour of the listed prefix
   * @param fileName the part of the key after the last slash
   * @return empty if the platform does not write such a name, for example with upper-case hex
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
   * Parses a relative key.
   *
   * @return empty if the key does not have the platform's form
   */
  public static Optional<RawKey> parse(String relativeKey) {
    if (relativeKey.length() <= HOUR_LENGTH || relativeKey.charAt(HOUR_LENGTH) != '/') {
      return Optional.empty();
    }
    return parseHour(relativeKey.substring(0, HOUR_LENGTH))
        .flatMap(hour -> inHour(hour, relativeKey.substring(HOUR_LENGTH + 1)));
  }

  /** Returns the object's name, {@code event-<uuid>.json}. */
  public String fileName() {
    return kind.prefix + id + kind.suffix;
  }

  /** Returns the path below the raw root, {@code YYYY/MM/DD/HH/event-<uuid>.json}. */
  public String relative() {
    return hourPrefix(hour) + "/" + fileName();
  }

  /** Returns the record key of a line in a batch object, {@code key#line}; lines count from 1. */
  public static String ofLine(String objectKey, int line) {
    return objectKey + "#" + line;
  }
}
