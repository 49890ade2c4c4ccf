package io.clickstream.ingest.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.ingest.log.LogLine;
import io.clickstream.ingest.log.LogLine.Unit;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The request log: one line of JSON per request. CloudWatch reads metrics from the same line
 * (Embedded Metric Format): {@code Accepted} counts events, {@code Rejected} counts requests, also
 * by {@code Reason}, {@code Objects} counts PUTs, and {@code S3Latency} is the duration of all PUTs
 * of a request.
 *
 * <p>A line holds no part of the payload and does not identify the sender.
 */
public final class RequestLog {

  private static final String REASON = "Reason";
  private static final double NANOS_PER_MILLI = 1e6;
  private final Consumer<String> lines;
  private boolean first = true;

  /**
   * Creates a log.
   *
   * @param lines receives each line without its line end
   */
  public RequestLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /**
   * Logs a configuration error. Called once per process.
   *
   * @param problem the error, without secrets
   */
  public void misconfigured(String problem) {
    lines.accept(
        LogLine.of(
            json -> {
              json.writeStringField("level", "ERROR");
              json.writeStringField(
                  "outcome", RequestRejectedException.Reason.NOT_CONFIGURED.code());
              json.writeStringField("detail", problem + " Until then no event is stored.");
            }));
  }

  /** Logs a request whose events are stored. */
  public void accepted(
      Invocation invocation, String requestId, AcceptedEvents events, RequestMetrics metrics) {
    lines.accept(
        LogLine.of(
            json -> {
              declareMetrics(json, List.of(List.of(LogLine.FUNCTION)), "Accepted", metrics);
              head(json, invocation, requestId, "INFO", "accepted", 200);
              json.writeNumberField("Accepted", events.stored());
              if (events.sampledOut() > 0) {
                json.writeNumberField("sampledOut", events.sampledOut());
              }
              measurements(json, metrics);
            }));
  }

  /** Logs a preflight request. */
  public void preflight(Invocation invocation, String requestId, RequestMetrics metrics) {
    lines.accept(
        LogLine.of(
            json -> {
              head(json, invocation, requestId, "INFO", "preflight", 204);
              measurements(json, metrics);
            }));
  }

  /**
   * Logs a request that was not accepted.
   *
   * @param detail the cause of a failure, without any part of the payload; or null
   */
  public void rejected(
      Invocation invocation,
      String requestId,
      RequestRejectedException.Reason reason,
      String detail,
      RequestMetrics metrics) {
    lines.accept(
        LogLine.of(
            json -> {
              declareMetrics(
                  json,
                  List.of(List.of(LogLine.FUNCTION), List.of(LogLine.FUNCTION, REASON)),
                  "Rejected",
                  metrics);
              head(
                  json,
                  invocation,
                  requestId,
                  reason.status() < 500 ? "WARN" : "ERROR",
                  "refused",
                  reason.status());
              json.writeStringField(REASON, reason.code());
              json.writeNumberField("Rejected", 1);
              if (detail != null) {
                json.writeStringField("detail", detail);
              }
              measurements(json, metrics);
            }));
  }

  private static void declareMetrics(
      JsonGenerator json, List<List<String>> dimensions, String counter, RequestMetrics metrics)
      throws IOException {
    Map<String, Unit> units = new LinkedHashMap<>();
    units.put(counter, Unit.COUNT);
    if (metrics.storeNanos().isPresent()) {
      units.put("Objects", Unit.COUNT);
      units.put("S3Latency", Unit.MILLISECONDS);
    }
    if (metrics.streamNanos().isPresent()) {
      units.put("StreamLatency", Unit.MILLISECONDS);
    }
    LogLine.declareMetrics(json, dimensions, units);
  }

  private void head(
      JsonGenerator json,
      Invocation invocation,
      String requestId,
      String level,
      String outcome,
      int status)
      throws IOException {
    json.writeStringField("level", level);
    json.writeStringField(LogLine.FUNCTION, invocation.functionName());
    json.writeStringField("requestId", requestId);
    json.writeStringField("lambdaRequestId", invocation.requestId());
    json.writeStringField("outcome", outcome);
    json.writeNumberField("status", status);
    if (first) {
      first = false;
      json.writeBooleanField("coldStart", true);
    }
  }

  private static void measurements(JsonGenerator json, RequestMetrics metrics) throws IOException {
    json.writeNumberField("bytes", metrics.bodyBytes());
    if (metrics.storeNanos().isPresent()) {
      json.writeNumberField("Objects", metrics.objects());
      json.writeNumberField("S3Latency", millis(metrics.storeNanos().getAsLong()));
    }
    if (metrics.streamNanos().isPresent()) {
      json.writeNumberField("StreamLatency", millis(metrics.streamNanos().getAsLong()));
    }
    json.writeNumberField("ms", millis(metrics.elapsedNanos()));
  }

  /** Converts to milliseconds with three decimal places. */
  private static double millis(long nanos) {
    return Math.round(nanos / NANOS_PER_MILLI * 1_000) / 1_000.0;
  }
}
