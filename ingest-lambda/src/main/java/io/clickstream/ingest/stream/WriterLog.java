package io.clickstream.ingest.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One line of JSON per batch, from which CloudWatch reads metrics (Embedded Metric Format). No line
 * has a part of an event or identifies its sender.
 */
public final class WriterLog {

  private static final String NAMESPACE = "Clickstream/Ingest";
  private static final String FUNCTION = "FunctionName";
  private static final int BUFFER_CHARS = 700;
  private static final JsonFactory JSON = new JsonFactory();

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
        text(
            json -> {
              boolean failed = result.failure() != null;
              directive(json, failed);
              json.writeStringField("level", failed ? "ERROR" : "INFO");
              json.writeStringField(FUNCTION, functionName);
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
        text(
            json -> {
              json.writeStringField("level", "ERROR");
              json.writeStringField("outcome", "not_configured");
              json.writeStringField(
                  "detail", problem + " Until then the records stay on the stream.");
            }));
  }

  private static void directive(JsonGenerator json, boolean failed) throws IOException {
    json.writeObjectFieldStart("_aws");
    json.writeNumberField("Timestamp", System.currentTimeMillis());
    json.writeArrayFieldStart("CloudWatchMetrics");
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    json.writeStartArray();
    json.writeString(FUNCTION);
    json.writeEndArray();
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (String metric :
        failed ? List.of("FailedBatches") : List.of("Objects", "FailedBatches", "StreamDelay")) {
      json.writeStartObject();
      json.writeStringField("Name", metric);
      json.writeStringField("Unit", metric.equals("StreamDelay") ? "Milliseconds" : "Count");
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Writes the fields of a line. */
  private interface Members {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private static String text(Members members) {
    StringWriter line = new StringWriter(BUFFER_CHARS);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      members.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory.", e);
    }
    return line.toString();
  }
}
