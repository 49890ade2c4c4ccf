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
import java.util.regex.Pattern;

/**
 * The key of a raw object: its path below the raw root, {@code YYYY/MM/DD/HH/event-<uuid>.json},
 * {@code YYYY/MM/DD/HH/batch-<uuid>.ndjson} or {@code YYYY/MM/DD/HH/pack-<uuid>.parquet}.
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
    BATCH('b', "batch-", ".ndjson"),
    /** A Parquet file of event and batch objects of the same hour. */
    PACK('p', "pack-", ".parquet");

    private final char code;
    private final String prefix;
    private final String suffix;

    Kind(char code, String prefix, String suffix) {
      this.code = code;
      this.prefix = prefix;
      this.suffix = suffix;
    }

    /** Returns the text with which the names of this kind begin. */
    public String prefix() {
      return prefix;
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

  private static final Kind[] KINDS = Kind.values();
  private static final Pattern LINE = Pattern.compile("[1-9][0-9]{0,8}");
  private static final int UUID_LENGTH = 36;

  /** Positions of the dashes in a UUID, as bits. */
  private static final long DASHES = 1L << 8 | 1L << 13 | 1L << 18 | 1L << 23;

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

  /**
   * Returns a text that sorts before the name of each event object whose id is a UUIDv7 (RFC 9562)
   * of an instant or a later one, and after those of earlier ones.
   */
  public static String eventNamesSince(Instant at) {
    return Kind.EVENT.prefix + TimeOrderedUuid.beginningOf(at);
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
    for (Kind kind : KINDS) {
      if (fileName.startsWith(kind.prefix)
          && fileName.endsWith(kind.suffix)
          && fileName.length() == kind.prefix.length() + UUID_LENGTH + kind.suffix.length()) {
        return uuid(fileName, kind.prefix.length()).map(id -> new RawKey(hour, kind, id));
      }
    }
    return Optional.empty();
  }

  /** Parses a UUID in lower case. A listing has millions, and a regular expression takes longer. */
  private static Optional<UUID> uuid(String text, int from) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < UUID_LENGTH; i++) {
      char digit = text.charAt(from + i);
      if ((DASHES >>> i & 1) == 1) {
        if (digit != '-') {
          return Optional.empty();
        }
        continue;
      }
      int value =
          digit >= '0' && digit <= '9'
              ? digit - '0'
              : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
      if (value < 0) {
        return Optional.empty();
      }
      high = high << 4 | low >>> 60;
      low = low << 4 | value;
    }
    return Optional.of(new UUID(high, low));
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

  /**
   * Returns true for the key of an event or batch object, and for that of a line in a batch object.
   */
  public static boolean isOfRecord(String key) {
    int line = key.indexOf('#');
    Optional<RawKey> object = parse(line < 0 ? key : key.substring(0, line));
    return object.isPresent()
        && object.get().kind != Kind.PACK
        && (line < 0
            || object.get().kind == Kind.BATCH && LINE.matcher(key.substring(line + 1)).matches());
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
