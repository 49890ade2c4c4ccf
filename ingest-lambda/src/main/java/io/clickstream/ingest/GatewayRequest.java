package io.clickstream.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as an HTTP API hands it over, payload format 2.0. Read leniently: what is missing or of
 * another type than usual is absent, and no event makes the function fail.
 *
 * @param headers names in lower case; repeated ones are joined by commas, cookies left out
 * @param body null when there is none
 * @param base64 whether the gateway encoded the body
 * @param context what the gateway knows of the request, by the names of {@code requestContext} and
 *     its {@code http}
 */
record GatewayRequest(
    Map<String, String> headers, String body, boolean base64, Map<String, String> context) {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final String DEFAULT_STAGE = "$default";
  private static final String RAW_PATH = "rawPath";

  /**
   * Reads an event.
   *
   * @throws IOException when it is no JSON, which the gateway never sends
   */
  static GatewayRequest read(InputStream event) throws IOException {
    Map<String, String> headers = new HashMap<>();
    Map<String, String> context = new HashMap<>();
    String body = null;
    boolean base64 = false;
    try (JsonParser parser = JSON.createParser(event)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          JsonToken value = parser.nextToken();
          switch (name) {
            case "headers" -> readHeaders(parser, headers);
            case "requestContext" -> readContext(parser, context);
            case RAW_PATH -> scalar(parser, value).ifPresent(path -> context.put(RAW_PATH, path));
            case "body" -> body = scalar(parser, value).orElse(null);
            case "isBase64Encoded" -> {
              base64 = value == JsonToken.VALUE_TRUE;
              parser.skipChildren();
            }
            default -> parser.skipChildren();
          }
        }
      }
    }
    return new GatewayRequest(headers, body, base64, context);
  }

  private static void readHeaders(JsonParser parser, Map<String, String> headers)
      throws IOException {
    readScalars(
        parser,
        (name, value) ->
            headers.merge(name.toLowerCase(Locale.ROOT), value, (one, other) -> one + "," + other));
  }

  /** The members of {@code http} come among those around it: their names differ. */
  private static void readContext(JsonParser parser, Map<String, String> context)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("http")) {
        readScalars(parser, context::put);
      } else {
        scalar(parser, value).ifPresent(text -> context.put(name, text));
      }
    }
  }

  /** Receives a member. */
  private interface Member {
    void accept(String name, String value);
  }

  private static void readScalars(JsonParser parser, Member receiver) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      scalar(parser, value).ifPresent(text -> receiver.accept(name, text));
    }
  }

  /** Text, or the literal of a number or boolean; what nests is passed over. */
  private static Optional<String> scalar(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    if (value.isStructStart()) {
      parser.skipChildren();
      return Optional.empty();
    }
    return Optional.of(parser.getText());
  }

  /** A header's value, or null. */
  String header(String name) {
    return headers.get(name);
  }

  /** Of HTTP, or null. */
  String method() {
    return context.get("method");
  }

  /** As the caller sent it, without the query, or null. */
  String path() {
    return context.getOrDefault("path", context.get(RAW_PATH));
  }

  /** The path without the stage: one with a name of its own leads it. */
  String route() {
    String path = path();
    String stage = context.get("stage");
    if (path == null || stage == null || stage.equals(DEFAULT_STAGE)) {
      return path;
    }
    String prefix = "/" + stage;
    return path.startsWith(prefix + "/") ? path.substring(prefix.length()) : path;
  }
}
