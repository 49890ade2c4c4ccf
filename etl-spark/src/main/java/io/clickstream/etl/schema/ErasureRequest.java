package io.clickstream.etl.schema;

import io.clickstream.event.NameBasedUuid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A request to erase records: those with one of its ids that the platform received before a time.
 *
 * @param id UUID in the name of the request's object
 * @param requestedAt time of the request
 * @param receivedBefore the request matches records with a smaller {@code event_timestamp}
 * @param ids at least one id and at most {@link #MAX_IDS}, by kind
 */
public record ErasureRequest(
    UUID id, Instant requestedAt, Instant receivedBefore, Map<Kind, Set<String>> ids) {

  /** Greatest number of ids in a request. */
  public static final int MAX_IDS = 10_000;

  /** The kinds of ids, in the order of their fields in the request. */
  public enum Kind {
    /** SHA-256 of a {@code client_id}, in lower-case hexadecimal digits. */
    CLIENT("clientIds"),
    /** SHA-256 of a {@code user_id}, in lower-case hexadecimal digits. */
    USER("userIds"),
    /** An {@code event_id}. */
    EVENT("eventIds"),
    /** Key of a raw object or record, whenever it was received. */
    OBJECT("objectKeys");

    private final String field;

    Kind(String field) {
      this.field = field;
    }

    /** Returns the name of the field in the request. */
    public String field() {
      return field;
    }

    /** Returns the name of the kind in {@code etl_erased_ids}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  /**
   * Checks the number of ids.
   *
   * @throws IllegalArgumentException if there is none, or if there are too many
   */
  public ErasureRequest {
    requestedAt = requestedAt.truncatedTo(ChronoUnit.MICROS);
    receivedBefore = receivedBefore.truncatedTo(ChronoUnit.MICROS);
    Map<Kind, Set<String>> sorted = new TreeMap<>();
    ids.forEach((kind, values) -> sorted.put(kind, new TreeSet<>(values)));
    ids = sorted;
    int count = ids.values().stream().mapToInt(Set::size).sum();
    if (count == 0 || count > MAX_IDS) {
      throw new IllegalArgumentException(count + " ids instead of 1 to " + MAX_IDS);
    }
  }

  /** Returns the ids of a kind. */
  public Set<String> ids(Kind kind) {
    return ids.getOrDefault(kind, Set.of());
  }

  /** Returns the SHA-256 of a text's UTF-8 bytes, in lower-case hexadecimal digits. */
  public static String sha256(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns the {@code event_id} of an id as an event has it: a UUID, or that of another text. */
  public static String eventId(String text) {
    return UUID_TEXT.matcher(text).matches()
        ? text.toLowerCase(Locale.ROOT)
        : NameBasedUuid.of(NameBasedUuid.EVENT_ID, text).toString();
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash an id: this Java platform has no SHA-256.", e);
    }
  }
}
