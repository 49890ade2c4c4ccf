package io.clickstream.local.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP response of the local HTTP API.
 *
 * @param status the HTTP status
 * @param headers values by name in lower case
 * @param cookies values of {@code Set-Cookie} headers
 * @param body the bytes to send
 */
record GatewayResponse(int status, Map<String, String> headers, List<String> cookies, byte[] body) {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int OK = 200;
  private static final Map<String, String> JSON_TYPE = Map.of("content-type", "application/json");

  /** Returns a response of the gateway itself: {@code {"message":text}}. */
  static GatewayResponse message(int status, String text) {
    return json(status, ("{\"message\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a response with a JSON body. */
  static GatewayResponse json(int status, byte[] body) {
    return new GatewayResponse(status, JSON_TYPE, List.of(), body);
  }

  /**
   * Parses a function's response in payload format 2.0. JSON without {@code statusCode} becomes the
   * body of a response with status 200, as on API Gateway.
   *
   * @throws IOException when the input is not JSON of that form
   */
  static GatewayResponse ofFunction(byte[] json) throws IOException {
    int status = -1;
    Map<String, String> headers = new LinkedHashMap<>();
    List<String> cookies = new ArrayList<>();
    String body = "";
    boolean base64 = false;
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new GatewayResponse(OK, JSON_TYPE, List.of(), json);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (field) {
          case "statusCode" -> status = parser.getIntValue();
          case "headers" -> readHeaders(parser, value, headers);
          case "cookies" -> readCookies(parser, value, cookies);
          case "body" -> body = value == JsonToken.VALUE_NULL ? "" : parser.getText();
          case "isBase64Encoded" -> base64 = value == JsonToken.VALUE_TRUE;
          default -> parser.skipChildren();
        }
      }
    }
    if (status < 0) {
      return new GatewayResponse(OK, JSON_TYPE, List.of(), json);
    }
    return new GatewayResponse(status, headers, cookies, bytes(body, base64));
  }

  private static void readHeaders(JsonParser parser, JsonToken first, Map<String, String> headers)
      throws IOException {
    if (first != JsonToken.START_OBJECT) {
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName().toLowerCase(Locale.ROOT);
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        headers.put(name, parser.getText());
      }
    }
  }

  private static void readCookies(JsonParser parser, JsonToken first, List<String> cookies)
      throws IOException {
    if (first != JsonToken.START_ARRAY) {
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      cookies.add(parser.getText());
    }
  }

  private static byte[] bytes(String body, boolean base64) throws IOException {
    if (!base64) {
      return body.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "Cannot decode the function's body: it is marked as base64 but is not.", e);
    }
  }
}
