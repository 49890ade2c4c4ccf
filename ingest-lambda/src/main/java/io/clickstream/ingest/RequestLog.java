package io.clickstream.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * A line of JSON for each request, which CloudWatch also reads as metrics (Embedded Metric Format):
 * {@code Accepted} and {@code Refused} in events and requests, the latter also by {@code Reason},
 * and {@code S3Latency}. Tells nothing of the payload, nor who sent it.
 */
final class RequestLog {

  static final String NAMESPACE = "Clickstream/Ingest";

  private static final String FUNCTION = "FunctionName";
  private static final String REASON = "Reason";
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int USUAL_CHARS = 700;
  private static final JsonFactory JSON = new JsonFactory();

  private final Consumer<String> lines;
  private boolean first = true;

  /**
   * @param lines receives whole lines, without their ends
   */
  RequestLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /** What is wrong with the configuration: told once a process. */
  void misconfigured(String what) {
    lines.accept(
        text(
            json -> {
              json.writeStringField("level", "ERROR");
              json.writeStringField("outcome", Refusal.Reason.NOT_CONFIGURED.code());
              json.writeStringField("detail", what + ": no event can be stored");
            }));
  }

  /** A request whose events are stored. */
  void accepted(Invocation invocation, String requestId, Ingest.Accepted accepted, Tally tally) {
    lines.accept(
        text(
            json -> {
              metrics(json, List.of(List.of(FUNCTION)), "Accepted", tally);
              head(json, invocation, requestId, "INFO", "accepted", 200);
              json.writeNumberField("Accepted", accepted.events());
              if (accepted.sampledOut() > 0) {
                json.writeNumberField("sampledOut", accepted.sampledOut());
              }
              tail(json, tally);
            }));
  }

  /** A preflight. */
  void preflight(Invocation invocation, String requestId, Tally tally) {
    lines.accept(
        text(
            json -> {
              head(json, invocation, requestId, "INFO", "preflight", 204);
              tail(json, tally);
            }));
  }

  /**
   * A request that was not accepted.
   *
   * @param detail why, or null
   */
  void refused(
      Invocation invocation, String requestId, Refusal.Reason reason, String detail, Tally tally) {
    lines.accept(
        text(
            json -> {
              metrics(
                  json, List.of(List.of(FUNCTION), List.of(FUNCTION, REASON)), "Refused", tally);
              head(
                  json,
                  invocation,
                  requestId,
                  reason.status() < 500 ? "WARN" : "ERROR",
                  "refused",
                  reason.status());
              json.writeStringField(REASON, reason.code());
              json.writeNumberField("Refused", 1);
              if (detail != null) {
                json.writeStringField("detail", detail);
              }
              tail(json, tally);
            }));
  }

  private static void metrics(
      JsonGenerator json, List<List<String>> dimensions, String counter, Tally tally)
      throws IOException {
    json.writeObjectFieldStart("_aws");
    json.writeNumberField("Timestamp", System.currentTimeMillis());
    json.writeArrayFieldStart("CloudWatchMetrics");
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    for (List<String> set : dimensions) {
      json.writeStartArray();
      for (String dimension : set) {
        json.writeString(dimension);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    metric(json, counter, "Count");
    if (tally.storeNanos().isPresent()) {
      metric(json, "S3Latency", "Milliseconds");
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void metric(JsonGenerator json, String name, String unit) throws IOException {
    json.writeStartObject();
    json.writeStringField("Name", name);
    json.writeStringField("Unit", unit);
    json.writeEndObject();
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
    json.writeStringField(FUNCTION, invocation.function());
    json.writeStringField("requestId", requestId);
    json.writeStringField("lambdaRequestId", invocation.requestId());
    json.writeStringField("outcome", outcome);
    json.writeNumberField("status", status);
    if (first) {
      first = false;
      json.writeBooleanField("coldStart", true);
    }
  }

  private static void tail(JsonGenerator json, Tally tally) throws IOException {
    json.writeNumberField("bytes", tally.bytes());
    if (tally.storeNanos().isPresent()) {
      json.writeNumberField("S3Latency", millis(tally.storeNanos().getAsLong()));
    }
    json.writeNumberField("ms", millis(tally.nanos()));
  }

  /** To a thousandth. */
  private static double millis(long nanos) {
    return Math.round(nanos / NANOS_PER_MILLI * 1_000) / 1_000.0;
  }

  /** Writes the members of a line. */
  private interface Members {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private static String text(Members members) {
    StringWriter line = new StringWriter(USUAL_CHARS);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      members.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return line.toString();
  }
}
