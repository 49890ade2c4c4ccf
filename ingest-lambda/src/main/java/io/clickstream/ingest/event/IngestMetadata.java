package io.clickstream.ingest.event;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.ingest.http.GatewayRequest;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The {@code _ingest} block of a raw object: what the server knows about an event.
 *
 * @param receivedAt the time of reception, written with six decimal places, so that the order of
 *     the texts is the order of the times
 * @param request the source of the other fields; a field that the gateway did not send is null
 * @param signed whether a signature of the request was verified; written only if true
 */
public record IngestMetadata(Instant receivedAt, GatewayRequest request, boolean signed) {

  /** The name of the block. Clients cannot set it: their fields of this name are removed. */
  static final String FIELD = "_ingest";

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /**
   * Returns the metadata of one event of a request. Event n is received n microseconds after the
   * request, so that a batch keeps its order.
   *
   * @param n the event's index, from 0
   */
  public IngestMetadata ofItem(int n) {
    return new IngestMetadata(receivedAt.plus(n, ChronoUnit.MICROS), request, signed);
  }

  /** Writes the block as one JSON object. */
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
    if (signed) {
      json.writeBooleanField("signed", true);
    }
    json.writeEndObject();
  }
}
