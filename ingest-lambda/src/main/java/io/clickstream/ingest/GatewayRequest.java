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
    Map<String, String> others = new HashMap<>();
    try (JsonParser parser = JSON.createParser(event)) {
      parser.nextToken();
      readMembers(
          parser,
          name -> {
            switch (name) {
              case "headers" -> readHeaders(parser, headers);
              case "requestContext" -> readContext(parser, context);
              default -> readScalar(parser).ifPresent(text -> others.put(name, text));
            }
          });
    }
    Optional.ofNullable(others.get(RAW_PATH)).ifPresent(path -> context.put(RAW_PATH, path));
    return new GatewayRequest(
        headers, others.get("body"), "true".equals(others.get("isBase64Encoded")), context);
  }

  private static void readHeaders(JsonParser parser, Map<String, String> headers)
      throws IOException {
    readMembers(
        parser,
        name ->
            readScalar(parser)
                .ifPresent(
                    text ->
                        headers.merge(
                            name.toLowerCase(Locale.ROOT),
                            text,
                            (one, other) -> one + "," + other)));
  }

  /** The members of {@code http} come among those around it: their names differ. */
  private static void readContext(JsonParser parser, Map<String, String> context)
      throws IOException {
    readMembers(
        parser,
        name -> {
          if (name.equals("http")) {
            readContext(parser, context);
          } else {
            readScalar(parser).ifPresent(text -> context.put(name, text));
          }
        });
  }

  /** Reads a member's value, on which the parser stands. */
  @FunctionalInterface
  private interface Member {
    void read(String name) throws IOException;
  }

  /** Of an object; another value is passed over. */
  private static void readMembers(JsonParser parser, Member member) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      member.read(name);
    }
  }

  /** Text, or the literal of a number or boolean; what nests is passed over. */
  private static Optional<String> readScalar(JsonParser parser) throws IOException {
    JsonToken value = parser.currentToken();
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
