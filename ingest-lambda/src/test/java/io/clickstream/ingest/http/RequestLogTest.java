package io.clickstream.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLogTest {

  private static final String PAYLOAD =
      "{\"eventId\":\"secret-1\",\"email\":\"secret@shop.example\"}";

  private final FunctionUnderTest function = new FunctionUnderTest();

  @Test
  void logsOneLinePerAcceptedRequest() {
    function.post(PAYLOAD);
    function.post("[" + PAYLOAD + "," + PAYLOAD + "]");

    assertThat(function.lines()).hasSize(2).noneMatch(line -> line.contains("\n"));
    JsonNode first = FunctionUnderTest.parsed(function.lines().get(0));
    assertThat(first.get("requestId").asText()).isEqualTo("JKJaXmPLvHcESHA=");
    assertThat(first.get("lambdaRequestId").asText()).isEqualTo("lambda-1");
    assertThat(first.get("outcome").asText()).isEqualTo("accepted");
    assertThat(first.get("status").asInt()).isEqualTo(200);
    assertThat(first.get("bytes").asInt()).isEqualTo(PAYLOAD.length());
    assertThat(first.get("ms").isNumber()).isTrue();
    assertThat(first.get("coldStart").asBoolean()).isTrue();
    assertThat(function.logged().has("coldStart")).isFalse();
    assertThat(metrics(first))
        .containsExactlyInAnyOrder("Accepted Count", "Objects Count", "S3Latency Milliseconds");
    assertThat(dimensions(first)).containsExactly("[\"FunctionName\"]");
    assertThat(first.get("Accepted").asInt()).isEqualTo(1);
    assertThat(first.get("Objects").asInt()).isEqualTo(1);
    assertThat(function.logged().get("Accepted").asInt()).isEqualTo(2);
    assertThat(function.logged().get("Objects").asInt()).isEqualTo(2);
    assertThat(first.get("S3Latency").asDouble()).isLessThanOrEqualTo(first.get("ms").asDouble());
  }

  /** The alarm on cost multiplies them by the price of a PUT. */
  @Test
  void countsThePutsAndNotTheEventsOfABatchObject() {
    FunctionUnderTest batches = new FunctionUnderTest(Map.of("BATCH_OBJECTS", "true"));
    batches.post("[" + PAYLOAD + "," + PAYLOAD + "]");

    assertThat(batches.logged().get("Accepted").asInt()).isEqualTo(2);
    assertThat(batches.logged().get("Objects").asInt()).isEqualTo(1);
  }

  @Test
  void countsRejectionsByReason() {
    function.post("[{\"eventId\":\"secret\"},{\"secret\":1}]");

    JsonNode line = function.logged();
    assertThat(line.get("outcome").asText()).isEqualTo("refused");
    assertThat(line.get("status").asInt()).isEqualTo(400);
    assertThat(line.get("Reason").asText()).isEqualTo("missing_event_id");
    assertThat(line.get("Rejected").asInt()).isEqualTo(1);
    assertThat(metrics(line)).containsExactly("Rejected Count");
    assertThat(dimensions(line))
        .containsExactly("[\"FunctionName\"]", "[\"FunctionName\",\"Reason\"]");
  }

  @Test
  void logsTheLatencyOfAFailedPut() {
    function.stored().failOn("");
    function.post(PAYLOAD);

    assertThat(metrics(function.logged()))
        .containsExactlyInAnyOrder("Rejected Count", "Objects Count", "S3Latency Milliseconds");
    assertThat(function.logged().get("level").asText()).isEqualTo("ERROR");
  }

  /** Embedded Metric Format requires that each metric and dimension is a field of the line. */
  @Test
  void writesEmbeddedMetricFormat() {
    function.post(PAYLOAD);
    function.post("");
    function.stored().failOn("");
    function.post(PAYLOAD);

    for (String text : function.lines()) {
      JsonNode line = FunctionUnderTest.parsed(text);
      assertThat(line.at("/_aws/Timestamp").isIntegralNumber()).isTrue();
      JsonNode directive = line.at("/_aws/CloudWatchMetrics/0");
      assertThat(directive.get("Namespace").asText()).isEqualTo("Clickstream/Ingest");
      directive
          .get("Metrics")
          .forEach(metric -> assertThat(line.get(metric.get("Name").asText()).isNumber()).isTrue());
      directive
          .get("Dimensions")
          .forEach(
              set -> set.forEach(name -> assertThat(line.get(name.asText()).isTextual()).isTrue()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PAYLOAD,
        "[" + PAYLOAD + "]",
        "[" + PAYLOAD + ",{}]",
        PAYLOAD + "secret",
        "\"secret\"",
        "secret\n{\"level\":\"forged\"}"
      })
  void logsNoPartOfThePayloadAndNoSender(String body) {
    List<FunctionUnderTest> functions = new ArrayList<>();
    functions.add(function);
    functions.add(new FunctionUnderTest(Map.of("SHARED_KEYS", "secret-key")));
    FunctionUnderTest failing = new FunctionUnderTest();
    failing.stored().failOn("");
    functions.add(failing);
    for (FunctionUnderTest each : functions) {
      each.post(body);
      each.call(
          Requests.withHeader(
              Requests.withHeader(Requests.posting(body), "x-api-key", "secret-key"),
              "referer",
              "secret"));
      assertThat(each.lines())
          .hasSize(2)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .doesNotContain("secret", "forged", "203.0.113.1", "Mozilla", "\n"));
    }
  }

  private static List<String> metrics(JsonNode line) {
    List<String> metrics = new ArrayList<>();
    line.at("/_aws/CloudWatchMetrics/0/Metrics")
        .forEach(
            metric -> metrics.add(metric.get("Name").asText() + " " + metric.get("Unit").asText()));
    return metrics;
  }

  private static List<String> dimensions(JsonNode line) {
    List<String> sets = new ArrayList<>();
    line.at("/_aws/CloudWatchMetrics/0/Dimensions").forEach(set -> sets.add(set.toString()));
    return sets;
  }
}
