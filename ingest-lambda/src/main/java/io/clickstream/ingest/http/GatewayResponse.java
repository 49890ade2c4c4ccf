package io.clickstream.ingest.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The function's response in API Gateway's payload format 2.0.
 *
 * @param status the HTTP status
 * @param headers values by name in lower case
 * @param body JSON, or empty
 */
public record GatewayResponse(int status, Map<String, String> headers, String body) {

  /** The methods that the route accepts, for the headers of a response. */
  static final String METHODS = "POST, OPTIONS";

  private static final JsonFactory JSON = new JsonFactory();
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int BUFFER_BYTES = 512;

  public GatewayResponse {
    headers = Map.copyOf(headers);
  }

  /** Returns the response to an accepted request. */
  public static GatewayResponse accepted(AcceptedEvents events) {
    StringBuilder body = new StringBuilder("{\"success\":true");
    if (events.batch() || events.sampledOut() > 0) {
      body.append(",\"accepted\":").append(events.stored());
    }
    if (events.sampledOut() > 0) {
      body.append(",\"sampledOut\":").append(events.sampledOut());
    }
    return json(OK, Map.of(), body.append('}').toString());
  }

  /** Returns the response to a rejected request. Codes and messages need no JSON escapes. */
  public static GatewayResponse rejected(RequestRejectedException rejection) {
    String body =
        "{\"success\":false,\"error\":\""
            + rejection.reason().code()
            + "\",\"message\":\""
            + rejection.message()
            + "\"}";
    Map<String, String> headers = new LinkedHashMap<>();
    if (rejection.reason() == RequestRejectedException.Reason.METHOD_NOT_ALLOWED) {
      headers.put("allow", METHODS);
    }
    rejection
        .retryAfter()
        .ifPresent(wait -> headers.put("retry-after", Long.toString(wholeSeconds(wait))));
    return json(rejection.reason().status(), headers, body);
  }

  private static long wholeSeconds(Duration wait) {
    return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
  }

  /** Returns the response to a preflight request, without its CORS headers. */
  public static GatewayResponse preflight() {
    return new GatewayResponse(NO_CONTENT, Map.of("allow", METHODS), "");
  }

  private static GatewayResponse json(int status, Map<String, String> furtherHeaders, String body) {
    Map<String, String> headers = new LinkedHashMap<>(furtherHeaders);
    headers.put("content-type", "application/json");
    headers.put("cache-control", "no-store");
    return new GatewayResponse(status, headers, body);
  }

  /** Returns this response with further headers. */
  public GatewayResponse withHeaders(Map<String, String> further) {
    if (further.isEmpty()) {
      return this;
    }
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(further);
    return new GatewayResponse(status, all, body);
  }

  /** Writes the response as JSON. */
  public void writeTo(OutputStream out) throws IOException {
    ByteArrayOutputStream buffer = new ByteArrayOutputStream(BUFFER_BYTES);
    try (JsonGenerator json = JSON.createGenerator(buffer)) {
      json.writeStartObject();
      json.writeNumberField("statusCode", status);
      json.writeObjectFieldStart("headers");
      for (Map.Entry<String, String> header : headers.entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      json.writeStringField("body", body);
      json.writeBooleanField("isBase64Encoded", false);
      json.writeEndObject();
    }
    buffer.writeTo(out);
  }
}
