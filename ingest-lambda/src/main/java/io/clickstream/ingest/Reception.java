package io.clickstream.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * What the server knows of an event: the nine fields of {@code _ingest}.
 *
 * @param receivedAt written in microseconds, always six digits, so that text order is time order
 * @param request the rest; what the gateway didn't tell is null
 */
record Reception(Instant receivedAt, GatewayRequest request) {

  /** The name of the field that holds the server's metadata; clients can't set it. */
  static final String FIELD = "_ingest";

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /**
   * Of the n-th event of a request, from 0: a microsecond later each, so that a batch keeps its
   * order.
   */
  Reception ofItem(int n) {
    return new Reception(receivedAt.plus(n, ChronoUnit.MICROS), request);
  }

  /** Writes the fields as one JSON object. */
  void writeTo(JsonGenerator json) throws IOException {
    String userAgent = request.context().get("userAgent");
    json.writeStartObject();
    json.writeStringField("receivedAt", MICROSECONDS.format(receivedAt));
    json.writeStringField("sourceIp", request.context().get("sourceIp"));
    json.writeStringField(
        "userAgent", userAgent == null ? request.header("user-agent") : userAgent);
    json.writeStringField("method", request.method());
    json.writeStringField("path", request.path());
    json.writeStringField("requestId", request.context().get("requestId"));
    json.writeStringField("apiId", request.context().get("apiId"));
    json.writeStringField("stage", request.context().get("stage"));
    json.writeStringField("traceId", request.header("x-amzn-trace-id"));
    json.writeEndObject();
  }
}
