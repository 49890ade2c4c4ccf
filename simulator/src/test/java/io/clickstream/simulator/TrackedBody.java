package io.clickstream.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clickstream.event.StrictJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A body read back as the job reads it: strictly, with both spellings of a field's name. */
record TrackedBody(Map<String, Object> members) {

  /**
   * Reads one JSON object.
   *
   * @throws IOException when the body is anything else
   */
  static TrackedBody parse(String body) throws IOException {
    try (JsonParser parser = StrictJson.FACTORY.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no object: " + body);
      }
      Map<String, Object> members = object(parser);
      if (parser.nextToken() != null) {
        throw new IOException("something follows: " + body);
      }
      return new TrackedBody(members);
    }
  }

  String text(String camelCase, String snakeCase) {
    Object value = members.getOrDefault(camelCase, members.get(snakeCase));
    return value == null ? null : value.toString();
  }

  String eventName() {
    return text("eventName", "event_name");
  }

  String eventId() {
    return text("eventId", "event_id");
  }

  String clientId() {
    return text("clientId", "client_id");
  }

  String sessionId() {
    return text("sessionId", "session_id");
  }

  @SuppressWarnings("unchecked")
  Map<String, Object> block(String name) {
    return (Map<String, Object>) members.get(name);
  }

  /** Returns the time for which the event waited in the client's queue. */
  Duration queued() {
    return members.containsKey("sentAt")
        ? Duration.between(
            Instant.parse(text("clientTimestamp", "")), Instant.parse(text("sentAt", "")))
        : Duration.ZERO;
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (members.put(name, value(parser)) != null) {
        throw new IOException("Cannot read a body: the name " + name + " occurs twice.");
      }
    }
    return members;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return items;
  }
}
