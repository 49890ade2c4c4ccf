package io.clickstream.ingest.stream;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.ingest.log.LogLine;
import io.clickstream.ingest.log.LogLine.Unit;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One line of JSON per batch, from which CloudWatch reads metrics (Embedded Metric Format). No line
 * has a part of an event or identifies its sender.
 */
public final class WriterLog {

  private final Consumer<String> lines;

  /**
   * Creates a log.
   *
   * @param lines receives each line without its line end
   */
  public WriterLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /**
   * The result of a batch.
   *
   * @param records the records of the batch
   * @param objects the objects that are stored
   * @param failure the reason of the first failed PUT, without any part of an event; or null
   * @param storing the duration of all PUTs
   * @param delay the age of the oldest record when all PUTs had ended
   */
  public record Result(
      int records, int objects, String failure, Duration storing, Duration delay) {}

  /** Logs a batch. */
  public void batch(String functionName, String requestId, Result result) {
    lines.accept(
        LogLine.of(
            json -> {
              boolean failed = result.failure() != null;
              declareMetrics(json, failed);
              json.writeStringField("level", failed ? "ERROR" : "INFO");
              json.writeStringField(LogLine.FUNCTION, functionName);
              json.writeStringField("lambdaRequestId", requestId);
              json.writeStringField("outcome", failed ? "failed" : "written");
              json.writeNumberField("records", result.records());
              json.writeNumberField("Objects", result.objects());
              json.writeNumberField("FailedBatches", failed ? 1 : 0);
              json.writeNumberField("S3Latency", result.storing().toMillis());
              json.writeNumberField("StreamDelay", result.delay().toMillis());
              if (failed) {
                json.writeStringField("detail", result.failure());
              }
            }));
  }

  /** Logs a configuration error. */
  public void misconfigured(String problem) {
    lines.accept(
        LogLine.of(
            json -> {
              json.writeStringField("level", "ERROR");
              json.writeStringField("outcome", "not_configured");
              json.writeStringField(
                  "detail", problem + " Until then the records stay on the stream.");
            }));
  }

  private static void declareMetrics(JsonGenerator json, boolean failed) throws IOException {
    Map<String, Unit> units = new LinkedHashMap<>();
    units.put("FailedBatches", Unit.COUNT);
    if (!failed) {
      units.put("Objects", Unit.COUNT);
      units.put("StreamDelay", Unit.MILLISECONDS);
    }
    LogLine.declareMetrics(json, List.of(List.of(LogLine.FUNCTION)), units);
  }
}
