package io.clickstream.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the function, as the gateway passes it on.
 *
 * @param status of HTTP
 * @param headers names in lower case
 * @param body JSON, or empty
 */
record Answer(int status, Map<String, String> headers, String body) {

  /** The methods that the route takes. */
  static final String METHODS = "POST, OPTIONS";

  private static final JsonFactory JSON = new JsonFactory();
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int OFTEN = 512;

  Answer {
    headers = Map.copyOf(headers);
  }

  /** All of a request's events are stored, or left out as sampling has it. */
  static Answer stored(Ingest.Accepted accepted) {
    StringBuilder body = new StringBuilder("{\"success\":true");
    if (accepted.batch() || accepted.sampledOut() > 0) {
      body.append(",\"accepted\":").append(accepted.events());
    }
    if (accepted.sampledOut() > 0) {
      body.append(",\"sampledOut\":").append(accepted.sampledOut());
    }
    return json(OK, Map.of(), body.append('}').toString());
  }

  /** Codes and messages are constants without a character that JSON would escape. */
  static Answer refused(Refusal refusal) {
    String body =
        "{\"success\":false,\"error\":\""
            + refusal.reason().code()
            + "\",\"message\":\""
            + refusal.message()
            + "\"}";
    Map<String, String> headers = new LinkedHashMap<>();
    if (refusal.reason() == Refusal.Reason.METHOD_NOT_ALLOWED) {
      headers.put("allow", METHODS);
    }
    refusal
        .retryAfter()
        .ifPresent(wait -> headers.put("retry-after", Long.toString(wholeSeconds(wait))));
    return json(refusal.reason().status(), headers, body);
  }

  private static long wholeSeconds(Duration wait) {
    return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
  }

  /** To a browser that asks what it may send. */
  static Answer preflight() {
    return new Answer(NO_CONTENT, Map.of("allow", METHODS), "");
  }

  private static Answer json(int status, Map<String, String> furtherHeaders, String body) {
    Map<String, String> headers = new LinkedHashMap<>(furtherHeaders);
    headers.put("content-type", "application/json");
    headers.put("cache-control", "no-store");
    return new Answer(status, headers, body);
  }

  /** The same with more headers. */
  Answer with(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new Answer(status, all, body);
  }

  /** Writes payload format 2.0. */
  void writeTo(OutputStream out) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(OFTEN);
    try (JsonGenerator json = JSON.createGenerator(whole)) {
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
    whole.writeTo(out);
  }
}
