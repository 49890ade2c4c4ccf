package io.clickstream.local.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.event.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What arrived of late and what became of it, for those who write the pages that send it. Keeps the
 * newest requests, in bounded memory; a part of the local front only.
 */
final class DebugEvents {

  /** Of them the newest are kept; shared by good and bad. */
  private static final int MOST_REQUESTS = 1_000;

  private static final int MOST_BYTES = 4 << 20;
  private static final int OK = 200;
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * A request to the route, and its answer.
   *
   * @param contentType as sent, or null
   * @param origin as sent, or null
   * @param bodyBytes how long the body was
   * @param body as sent, what is longer than any that is accepted cut off
   */
  record Seen(
      Instant receivedAt,
      String requestId,
      String method,
      String contentType,
      String origin,
      int bodyBytes,
      byte[] body,
      GatewayAnswer answer) {

    Seen {
      body = body.length > Limits.BODY_BYTES ? Arrays.copyOf(body, Limits.BODY_BYTES) : body;
    }

    boolean isGood() {
      return answer.status() == OK;
    }

    int bytes() {
      return body.length + answer.body().length;
    }
  }

  private final Deque<Seen> newestFirst = new ArrayDeque<>();
  private int bytes;
  private long good;
  private long bad;

  synchronized void add(Seen seen) {
    if (seen.isGood()) {
      good++;
    } else {
      bad++;
    }
    newestFirst.addFirst(seen);
    bytes += seen.bytes();
    while (newestFirst.size() > MOST_REQUESTS || bytes > MOST_BYTES && newestFirst.size() > 1) {
      bytes -= newestFirst.removeLast().bytes();
    }
  }

  synchronized void clear() {
    newestFirst.clear();
    bytes = 0;
    good = 0;
    bad = 0;
  }

  /**
   * How many there were since the start, and those that are kept, newest first.
   *
   * @param query with the parameter {@code good} or {@code bad} for these only; or empty
   */
  synchronized GatewayAnswer answer(String query) {
    List<String> names = Stream.of(query.split("&")).map(pair -> pair.split("=", 2)[0]).toList();
    Predicate<Seen> chosen =
        seen ->
            names.contains("good") == names.contains("bad")
                || names.contains("good") == seen.isGood();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("total", good + bad);
      json.writeNumberField("good", good);
      json.writeNumberField("bad", bad);
      json.writeArrayFieldStart("events");
      for (Seen seen : newestFirst) {
        if (chosen.test(seen)) {
          write(json, seen);
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return GatewayAnswer.json(OK, out.toByteArray());
  }

  private static void write(JsonGenerator json, Seen seen) throws IOException {
    json.writeStartObject();
    json.writeStringField("receivedAt", seen.receivedAt().toString());
    json.writeStringField("requestId", seen.requestId());
    json.writeStringField("method", seen.method());
    json.writeStringField("contentType", seen.contentType());
    json.writeStringField("origin", seen.origin());
    json.writeNumberField("status", seen.answer().status());
    json.writeNumberField("bodyBytes", seen.bodyBytes());
    json.writeFieldName("answer");
    writeJsonOrText(json, seen.answer().body());
    json.writeFieldName("body");
    writeJsonOrText(json, seen.body());
    json.writeEndObject();
  }

  /** JSON as JSON, its literals kept; everything else as a string. */
  private static void writeJsonOrText(JsonGenerator json, byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (isJson(text)) {
      json.writeRawValue(text.strip());
    } else {
      json.writeString(text);
    }
  }

  private static boolean isJson(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null || !first.isStructStart()) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
