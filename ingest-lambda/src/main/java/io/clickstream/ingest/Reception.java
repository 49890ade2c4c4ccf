package io.clickstream.ingest;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/**
 * What the server knows of an event: the nine fields of {@code _ingest}.
 *
 * @param receivedAt written in microseconds, always six digits, so that text order is time order
 * @param sourceIp the caller's address as the gateway saw it; as all that follow, null when unknown
 * @param userAgent of the request
 * @param method of HTTP
 * @param path of the request, without the query
 * @param requestId the gateway's
 * @param apiId the gateway's
 * @param stage the gateway's
 * @param traceId the {@code X-Amzn-Trace-Id} header
 */
record Reception(
    Instant receivedAt,
    String sourceIp,
    String userAgent,
    String method,
    String path,
    String requestId,
    String apiId,
    String stage,
    String traceId) {

  /** The name of the field that holds the server's metadata; clients can't set it. */
  static final String FIELD = "_ingest";

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  static Reception of(APIGatewayV2HTTPEvent event, Instant receivedAt) {
    APIGatewayV2HTTPEvent.RequestContext context = event.getRequestContext();
    APIGatewayV2HTTPEvent.RequestContext.Http http = context == null ? null : context.getHttp();
    Map<String, String> headers = event.getHeaders() == null ? Map.of() : event.getHeaders();
    return new Reception(
        receivedAt,
        http == null ? null : http.getSourceIp(),
        http == null || http.getUserAgent() == null
            ? headers.get("user-agent")
            : http.getUserAgent(),
        http == null ? null : http.getMethod(),
        http == null || http.getPath() == null ? event.getRawPath() : http.getPath(),
        context == null ? null : context.getRequestId(),
        context == null ? null : context.getApiId(),
        context == null ? null : context.getStage(),
        headers.get("x-amzn-trace-id"));
  }

  /** Writes the fields as one JSON object. */
  void writeTo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("receivedAt", MICROSECONDS.format(receivedAt));
    json.writeStringField("sourceIp", sourceIp);
    json.writeStringField("userAgent", userAgent);
    json.writeStringField("method", method);
    json.writeStringField("path", path);
    json.writeStringField("requestId", requestId);
    json.writeStringField("apiId", apiId);
    json.writeStringField("stage", stage);
    json.writeStringField("traceId", traceId);
    json.writeEndObject();
  }
}
