package io.clickstream.etl.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.etl.schema.ErasureRequest.Kind;
import io.clickstream.event.CleanText;
import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Reads the JSON of an erasure request. It is strict: a field with a wrong name would erase
 * nothing, and nobody would notice.
 */
final class ErasureRequestJson {

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");

  private final Map<Kind, Set<String>> ids = new EnumMap<>(Kind.class);
  private Instant requestedAt;
  private Instant receivedBefore;

  private ErasureRequestJson() {}

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if it is not well-formed
   */
  static ErasureRequest parse(UUID id, byte[] body) throws IOException {
    ErasureRequestJson request = new ErasureRequestJson();
    try (JsonParser json = StrictJson.FACTORY.createParser(body)) {
      request.read(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    }
    if (request.requestedAt == null) {
      throw new IllegalArgumentException("requestedAt is missing");
    }
    return new ErasureRequest(
        id,
        request.requestedAt,
        request.receivedBefore == null ? request.requestedAt : request.receivedBefore,
        request.ids);
  }

  private void read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    Set<String> names = new HashSet<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (!names.add(name)) {
        throw new IllegalArgumentException("the field " + shown(name) + " is there twice");
      }
      json.nextToken();
      switch (name) {
        case "requestedAt" -> requestedAt = time(name, json);
        case "receivedBefore" -> receivedBefore = time(name, json);
        default -> ids.put(kind(name), readIds(kind(name), json));
      }
    }
    if (json.nextToken() != null) {
      throw new IllegalArgumentException("something follows the JSON object");
    }
  }

  private static Kind kind(String field) {
    for (Kind kind : Kind.values()) {
      if (kind.field().equals(field)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("the field " + shown(field) + " is unknown");
  }

  /** A name may be as long as the request. */
  private static String shown(String name) {
    return CleanText.storable(name.length() <= 40 ? name : name.substring(0, 40) + "…");
  }

  private static Instant time(String name, JsonParser json) throws IOException {
    try {
      Instant time =
          json.currentToken() == JsonToken.VALUE_STRING
              ? OffsetDateTime.parse(json.getText()).toInstant()
              : Instant.MIN;
      if (!time.isBefore(Limits.EARLIEST) && time.isBefore(Limits.LATEST)) {
        return time;
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(name + " is not a time such as 2026-11-22T13:00:00Z", e);
    }
    throw new IllegalArgumentException(
        name + " is not a time such as 2026-11-22T13:00:00Z, from 2000 to 2100");
  }

  private static Set<String> readIds(Kind kind, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException(kind.field() + " is not an array");
    }
    Set<String> ids = new HashSet<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw new IllegalArgumentException(kind.field() + " has a value that is not a text");
      }
      ids.add(id(kind, json.getText()));
      if (ids.size() > ErasureRequest.MAX_IDS) {
        throw new IllegalArgumentException("more than " + ErasureRequest.MAX_IDS + " ids");
      }
    }
    return ids;
  }

  private static String id(Kind kind, String text) {
    return switch (kind) {
      case CLIENT, USER -> {
        if (!SHA_256.matcher(text).matches()) {
          throw new IllegalArgumentException(
              kind.field() + " has a value that is not a SHA-256 of 64 hexadecimal digits");
        }
        yield text.toLowerCase(Locale.ROOT);
      }
      case EVENT -> {
        String clean = CleanText.of(text);
        if (clean == null) {
          throw new IllegalArgumentException("eventIds has a blank value");
        }
        yield ErasureRequest.eventId(clean);
      }
      case OBJECT -> {
        if (!RawKey.isOfRecord(text)) {
          throw new IllegalArgumentException(
              "objectKeys has a value that is not a key such as"
                  + " 2026/11/22/13/event-<uuid>.json or 2026/11/22/13/batch-<uuid>.ndjson#7");
        }
        yield text;
      }
    };
  }
}
