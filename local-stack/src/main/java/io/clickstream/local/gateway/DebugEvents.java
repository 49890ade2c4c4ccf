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
 * The most recent requests and the function's responses, for developers of pages that send events.
 * Memory is bounded. API Gateway has no such route.
 */
final class DebugEvents {

  /** The number of requests that are kept, accepted and rejected ones together. */
  private static final int MAX_REQUESTS = 1_000;

  private static final int MAX_BYTES = 4 << 20;
  private static final int OK = 200;
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * A request and its response.
   *
   * @param contentType the header as sent, or null
   * @param origin the header as sent, or null
   * @param bodyBytes the length of the body as sent
   * @param body the body, cut at the greatest length that the function accepts
   */
  record Exchange(
      Instant receivedAt,
      String requestId,
      String method,
      String contentType,
      String origin,
      int bodyBytes,
      byte[] body,
      GatewayResponse response) {

    Exchange {
      body = body.length > Limits.BODY_BYTES ? Arrays.copyOf(body, Limits.BODY_BYTES) : body;
    }

    boolean isAccepted() {
      return response.status() == OK;
    }

    int bytes() {
      return body.length + response.body().length;
    }
  }

  private final Deque<Exchange> newestFirst = new ArrayDeque<>();
  private int bytes;
  private long good;
  private long bad;

  synchronized void add(Exchange exchange) {
    if (exchange.isAccepted()) {
      good++;
    } else {
      bad++;
    }
    newestFirst.addFirst(exchange);
    bytes += exchange.bytes();
    while (newestFirst.size() > MAX_REQUESTS || bytes > MAX_BYTES && newestFirst.size() > 1) {
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
   * Returns the counts since the start and the kept requests, newest first, as JSON.
   *
   * @param query the URL's query: {@code good} or {@code bad} selects accepted or rejected
   *     requests; empty selects all
   */
  synchronized GatewayResponse list(String query) {
    List<String> names = Stream.of(query.split("&")).map(pair -> pair.split("=", 2)[0]).toList();
    Predicate<Exchange> selected =
        exchange ->
            names.contains("good") == names.contains("bad")
                || names.contains("good") == exchange.isAccepted();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("total", good + bad);
      json.writeNumberField("good", good);
      json.writeNumberField("bad", bad);
      json.writeArrayFieldStart("events");
      for (Exchange exchange : newestFirst) {
        if (selected.test(exchange)) {
          write(json, exchange);
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory.", e);
    }
    return GatewayResponse.json(OK, out.toByteArray());
  }

  private static void write(JsonGenerator json, Exchange exchange) throws IOException {
    json.writeStartObject();
    json.writeStringField("receivedAt", exchange.receivedAt().toString());
    json.writeStringField("requestId", exchange.requestId());
    json.writeStringField("method", exchange.method());
    json.writeStringField("contentType", exchange.contentType());
    json.writeStringField("origin", exchange.origin());
    json.writeNumberField("status", exchange.response().status());
    json.writeNumberField("bodyBytes", exchange.bodyBytes());
    json.writeFieldName("answer");
    writeJsonOrText(json, exchange.response().body());
    json.writeFieldName("body");
    writeJsonOrText(json, exchange.body());
    json.writeEndObject();
  }

  /** Writes JSON as JSON, with its literals; anything else as a string. */
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
