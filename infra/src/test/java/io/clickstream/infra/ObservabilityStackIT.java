package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.infra.policy.Intrinsics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every silent failure has an alarm, and every alarm has a chapter in the runbook. */
class ObservabilityStackIT {

  private final StackTemplate observability = Synthesis.onEmr().template("Observability");

  @Test
  void everySilentFailureHasAnAlarm() {
    assertThat(alarms().keySet())
        .containsExactlyInAnyOrder(
            "clickstream-job-failed",
            "clickstream-no-run",
            "clickstream-not-started",
            "clickstream-no-events",
            "clickstream-rejects",
            "clickstream-freshness",
            "clickstream-function-errors",
            "clickstream-api-errors",
            "clickstream-disk",
            "clickstream-volume",
            "clickstream-refusals",
            "clickstream-throttles",
            "clickstream-cost");
  }

  @Test
  void everyAlarmNotifiesTheTopicAndHasARunbookChapter() throws Exception {
    String runbook =
        Files.readString(Path.of(System.getProperty("clickstream.home"), "docs/runbook.md"));
    alarms()
        .forEach(
            (name, alarm) -> {
              assertThat(alarm.path("AlarmActions")).as(name).hasSize(1);
              assertThat(alarm.path("OKActions")).as(name).hasSize(1);
              String anchor = name.substring("clickstream-".length());
              assertThat(alarm.path("AlarmDescription").asText())
                  .endsWith("See docs/runbook.md#" + anchor);
              assertThat(runbook).contains("\n## " + anchor + "\n");
            });
  }

  @Test
  void missingDataIsAnAlarmWhereItMeansThatSomethingStopped() {
    for (String name : new String[] {"no-run", "no-events", "freshness"}) {
      assertThat(alarms().get("clickstream-" + name).path("TreatMissingData").asText())
          .as(name)
          .isEqualTo("breaching");
    }
    for (String name : new String[] {"job-failed", "not-started", "function-errors", "rejects"}) {
      assertThat(alarms().get("clickstream-" + name).path("TreatMissingData").asText())
          .as(name)
          .isEqualTo("notBreaching");
    }
  }

  @Test
  void noRunAlarmsAfterTwoHours() {
    JsonNode alarm = alarms().get("clickstream-no-run");
    assertThat(alarm.path("Period").asInt() * alarm.path("EvaluationPeriods").asInt())
        .isEqualTo(2 * 3600);
    assertThat(alarm.path("ComparisonOperator").asText()).isEqualTo("LessThanThreshold");
  }

  @Test
  void noEventsAlarmsAfterAnHourWithoutAStoredEvent() {
    JsonNode alarm = alarms().get("clickstream-no-events");
    assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(1);
    assertThat(alarm.path("Period").asInt()).isEqualTo(3600);
    assertThat(alarm.path("MetricName").asText()).isEqualTo("Accepted");
    assertThat(alarm.path("Statistic").asText()).isEqualTo("Sum");
  }

  /** An alarm on a metric that nobody writes would never fire, or always. */
  @Test
  void everyAlarmUsesAMetricThatIsWritten() throws Exception {
    Path home = Path.of(System.getProperty("clickstream.home"));
    String function =
        Files.readString(
            home.resolve("ingest-lambda/src/main/java/io/clickstream/ingest/http/RequestLog.java"));
    String host =
        Files.readString(home.resolve("infra/host/warehouse/clickstream-metrics"))
            + Files.readString(home.resolve("infra/host/warehouse/metrics.sql"));
    String filters =
        Synthesis.onEmr().template("Etl").properties("AWS::Logs::MetricFilter").toString();
    Map<String, String> writers =
        Map.of(
            "Clickstream/Ingest",
            function,
            "Clickstream/Warehouse",
            host,
            "Clickstream/Etl",
            filters);
    Map<String, String> namespaces = new TreeMap<>();
    for (JsonNode alarm : alarms().values()) {
      String namespace = alarm.path("Namespace").asText();
      if (namespace.startsWith("Clickstream/")) {
        namespaces.put(alarm.path("MetricName").asText(), namespace);
      }
    }
    assertThat(namespaces.keySet())
        .containsExactlyInAnyOrder(
            "Accepted",
            "DiskUsedPercent",
            "Failed",
            "MinutesSinceNewestEvent",
            "RejectedPercent",
            "Succeeded");
    namespaces.forEach(
        (metric, namespace) ->
            assertThat(writers.get(namespace)).contains(metric).contains(namespace));
    assertThat(function).contains("\"FunctionName\"");
    assertThat(alarms().get("clickstream-no-events").at("/Dimensions").toString())
        .isEqualTo("[{\"Name\":\"FunctionName\",\"Value\":\"clickstream-lambda-ingest\"}]");
  }

  @Test
  void limitsOfRejectsAndFreshnessAreParameters() {
    assertThat(alarms().get("clickstream-rejects").at("/Threshold/Ref").asText())
        .isEqualTo("RejectedPercentLimit");
    assertThat(alarms().get("clickstream-freshness").at("/Threshold/Ref").asText())
        .isEqualTo("FreshnessMinutesLimit");
  }

  /**
   * No stack refers to the host or the engine, because a resource that is referred to cannot be
   * replaced.
   */
  @Test
  void noStackRefersToTheJobOrTheWarehouseHost() {
    assertThat(observability.json().toString())
        .contains("Fn::ImportValue", "Clickstream-Ingest:")
        .doesNotContain("Clickstream-Etl:", "Clickstream-Warehouse:");
  }

  @Test
  void oneDashboardShowsAllAlarms() throws Exception {
    JsonNode dashboard = observability.only("AWS::CloudWatch::Dashboard");
    assertThat(dashboard.path("DashboardName").asText()).isEqualTo("clickstream");
    JsonNode body =
        new ObjectMapper()
            .readTree(
                new Intrinsics(Synthesis.onEmr().templates())
                    .resolve("Clickstream-Observability", dashboard.path("DashboardBody")));
    assertThat(body.at("/widgets/0/properties/alarms")).hasSize(alarms().size());
    assertThat(body.path("widgets").size()).isGreaterThan(8);
  }

  private Map<String, JsonNode> alarms() {
    Map<String, JsonNode> alarms = new TreeMap<>();
    for (JsonNode alarm : observability.properties("AWS::CloudWatch::Alarm")) {
      alarms.put(alarm.path("AlarmName").asText(), alarm);
    }
    return alarms;
  }
}
