package io.clickstream.ingest.http;

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
 * A request in API Gateway's payload format 2.0. Parsing is lenient: a field that is missing or has
 * an unexpected type is absent, so that no JSON object makes the function fail.
 *
 * @param headers values by name in lower case; values of a repeated header are joined by commas,
 *     cookies are left out
 * @param body the body's text, or null when the request has no body
 * @param base64 true when the gateway encoded the body as base64
 * @param context scalar fields of {@code requestContext} and {@code requestContext.http} by name,
 *     and {@code rawPath}
 */
public record GatewayRequest(
    Map<String, String> headers, String body, boolean base64, Map<String, String> context) {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final String DEFAULT_STAGE = "$default";
  private static final String RAW_PATH = "rawPath";

  /**
   * Parses a request.
   *
   * @throws IOException when the input is not JSON, which the gateway never sends
   */
  public static GatewayRequest read(InputStream event) throws IOException {
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

  /** Puts the fields of {@code http} beside those of its parent; their names do not collide. */
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

  /** Reads the value at the parser's current position. */
  @FunctionalInterface
  private interface Member {
    void read(String name) throws IOException;
  }

  /** Calls {@code member} for each field of an object; skips any other value. */
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

  /** Returns text, or the literal of a number or boolean; empty for null, objects and arrays. */
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

  /** Returns a header's value, or null. */
  public String header(String name) {
    return headers.get(name);
  }

  /** Returns the HTTP method, or null. */
  public String method() {
    return context.get("method");
  }

  /** Returns the path as the caller sent it, without the query, or null. */
  public String path() {
    return context.getOrDefault("path", context.get(RAW_PATH));
  }

  /** Returns the path without the leading stage, which a named stage adds to each path; or null. */
  public String route() {
    String path = path();
    String stage = context.get("stage");
    if (path == null || stage == null || stage.equals(DEFAULT_STAGE)) {
      return path;
    }
    String prefix = "/" + stage;
    return path.startsWith(prefix + "/") ? path.substring(prefix.length()) : path;
  }
}
