package io.clickstream.local.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to be passed to a function in API Gateway's payload format 2.0: header names in lower
 * case, repeated headers joined by commas, cookies in a list of their own, binary bodies in base64.
 *
 * @param method the HTTP method
 * @param path the path as sent, without the query
 * @param query the query as sent, without the question mark; empty when the request has none
 * @param protocol the protocol, such as {@code HTTP/1.1}
 * @param sourceIp the client's address
 * @param headers all values by name, in any case
 * @param body the body, or an empty array
 * @param requestId the gateway's request id
 * @param receivedAt the time of reception by the gateway
 */
record GatewayEvent(
    String method,
    String path,
    String query,
    String protocol,
    String sourceIp,
    Map<String, List<String>> headers,
    byte[] body,
    String requestId,
    Instant receivedAt) {

  static final String API_ID = "local";
  static final String STAGE = "$default";
  static final String TRACE_HEADER = "x-amzn-trace-id";

  private static final String ACCOUNT_ID = "000000000000";
  private static final String ROUTE = "POST " + HttpApi.PATH;
  private static final String DEFAULT_ROUTE = "$default";
  private static final String COOKIE_HEADER = "cookie";
  private static final JsonFactory JSON = new JsonFactory();

  /** The time format of the common log format of web servers. */
  private static final DateTimeFormatter REQUEST_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /**
   * Returns the event as JSON.
   *
   * @param traceId the trace id for the headers, unless the client sent one
   */
  byte[] toJson(String traceId) {
    Map<String, String> joined = joinedHeaders();
    String cookies = joined.remove(COOKIE_HEADER);
    joined.putIfAbsent(TRACE_HEADER, traceId);
    joined.merge("x-forwarded-for", sourceIp, (sent, own) -> sent + ", " + own);
    joined.put("x-forwarded-proto", "http");

    ByteArrayOutputStream out = new ByteArrayOutputStream(2048 + body.length * 4 / 3);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("version", "2.0");
      json.writeStringField("routeKey", routeKey());
      json.writeStringField("rawPath", path);
      json.writeStringField("rawQueryString", query);
      if (cookies != null) {
        json.writeArrayFieldStart("cookies");
        for (String cookie : cookies.split(";\\s*|,(?=[^;,]+=)")) {
          json.writeString(cookie.strip());
        }
        json.writeEndArray();
      }
      writeMap(json, "headers", joined);
      if (!query.isEmpty()) {
        writeMap(json, "queryStringParameters", parameters());
      }
      writeContext(json, joined);
      writeBody(json, joined);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory.", e);
    }
    return out.toByteArray();
  }

  /** Returns the route that matches; a request without a matching route takes {@code $default}. */
  private String routeKey() {
    String key = method + " " + path;
    return key.equals(ROUTE) ? key : DEFAULT_ROUTE;
  }

  private Map<String, String> joinedHeaders() {
    Map<String, String> joined = new TreeMap<>();
    headers.forEach(
        (name, values) ->
            joined.merge(
                name.toLowerCase(Locale.ROOT),
                String.join(
                    name.equalsIgnoreCase(COOKIE_HEADER) ? "; " : ",", new ArrayList<>(values)),
                (one, other) -> one + "," + other));
    return joined;
  }

  private static void writeMap(JsonGenerator json, String name, Map<String, String> map)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> entry : map.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters.merge(decoded(name), decoded(value), (one, other) -> one + "," + other);
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private void writeContext(JsonGenerator json, Map<String, String> joined) throws IOException {
    json.writeObjectFieldStart("requestContext");
    json.writeStringField("accountId", ACCOUNT_ID);
    json.writeStringField("apiId", API_ID);
    json.writeStringField("domainName", joined.getOrDefault("host", "localhost"));
    json.writeStringField("domainPrefix", API_ID);
    json.writeObjectFieldStart("http");
    json.writeStringField("method", method);
    json.writeStringField("path", path);
    json.writeStringField("protocol", protocol);
    json.writeStringField("sourceIp", sourceIp);
    json.writeStringField("userAgent", joined.getOrDefault("user-agent", ""));
    json.writeEndObject();
    json.writeStringField("requestId", requestId);
    json.writeStringField("routeKey", routeKey());
    json.writeStringField("stage", STAGE);
    json.writeStringField("time", REQUEST_TIME.format(receivedAt));
    json.writeNumberField("timeEpoch", receivedAt.toEpochMilli());
    json.writeEndObject();
  }

  private void writeBody(JsonGenerator json, Map<String, String> joined) throws IOException {
    if (body.length == 0) {
      json.writeBooleanField("isBase64Encoded", false);
      return;
    }
    Optional<String> text = isText(joined) ? utf8(body) : Optional.empty();
    json.writeStringField("body", text.orElseGet(() -> Base64.getEncoder().encodeToString(body)));
    json.writeBooleanField("isBase64Encoded", text.isEmpty());
  }

  private static boolean isText(Map<String, String> joined) {
    if (joined.containsKey("content-encoding")) {
      return false;
    }
    String type = joined.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
    int parameters = type.indexOf(';');
    String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    return media.startsWith("text/")
        || media.equals("application/json")
        || media.equals("application/javascript")
        || media.equals("application/xml")
        || media.endsWith("+json")
        || media.endsWith("+xml");
  }

  /** Returns the text; empty when the bytes are not UTF-8 and so must be sent as base64. */
  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
