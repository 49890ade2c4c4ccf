package io.clickstream.ingest.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** One line of JSON, from which CloudWatch reads metrics (Embedded Metric Format). */
public final class LogLine {

  /** The field, and the dimension of metrics, that names the function. */
  public static final String FUNCTION = "FunctionName";

  private static final String NAMESPACE = "Clickstream/Ingest";
  private static final int BUFFER_CHARS = 700;
  private static final JsonFactory JSON = new JsonFactory();

  private LogLine() {}

  /** Writes the fields of a line. */
  public interface Members {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /** A unit of metrics. */
  public enum Unit {
    COUNT("Count"),
    MILLISECONDS("Milliseconds");

    private final String name;

    Unit(String name) {
      this.name = name;
    }
  }

  /** Returns a line, without its line end. */
  public static String of(Members members) {
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

  /**
   * Names the fields of the line that are metrics.
   *
   * @param dimensions sets of fields that divide each metric
   * @param metrics units by field, in the order of the line
   */
  public static void declareMetrics(
      JsonGenerator json, List<List<String>> dimensions, Map<String, Unit> metrics)
      throws IOException {
    json.writeObjectFieldStart("_aws");
    json.writeNumberField("Timestamp", System.currentTimeMillis());
    json.writeArrayFieldStart("CloudWatchMetrics");
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    for (List<String> set : dimensions) {
      json.writeArray(set.toArray(String[]::new), 0, set.size());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (Map.Entry<String, Unit> metric : metrics.entrySet()) {
      json.writeStartObject();
      json.writeStringField("Name", metric.getKey());
      json.writeStringField("Unit", metric.getValue().name);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }
}
