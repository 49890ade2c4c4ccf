package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.infra.policy.Intrinsics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            "clickstream-packs-failed",
            "clickstream-no-events",
            "clickstream-rejects",
            "clickstream-freshness",
            "clickstream-function-errors",
            "clickstream-api-errors",
            "clickstream-throttled",
            "clickstream-disk",
            "clickstream-failed-units",
            "clickstream-certificate",
            "clickstream-volume",
            "clickstream-refusals",
            "clickstream-throttles",
            "clickstream-cost",
            "clickstream-warehouse-status",
            "clickstream-warehouse-snapshots",
            "clickstream-oltp-status",
            "clickstream-oltp-snapshots",
            "clickstream-stream-late",
            "clickstream-stream-retention",
            "clickstream-stream-discarded",
            "clickstream-stream-throttled",
            "clickstream-stream-writer-errors");
  }

  @Test
  void everyAlarmNotifiesTheTopicAndHasARunbookChapter() throws Exception {
    String runbook =
        Files.readString(Path.of(System.getProperty("clickstream.home"), "docs/runbook.md"));
    String topic =
        new Intrinsics(Synthesis.onEmr().templates())
            .resolve(
                "Clickstream-Observability",
                observability.only("AWS::SNS::Topic").path("TopicName"));
    alarms()
        .forEach(
            (name, alarm) -> {
              for (String actions : List.of("AlarmActions", "OKActions")) {
                assertThat(alarm.path(actions)).as(name).hasSize(1);
                // The stacks of the hosts know the topic by its name.
                assertThat(alarm.path(actions).toString())
                    .as(name)
                    .containsAnyOf(
                        ":" + topic + "\"", observability.id("AWS::SNS::Topic", "Alarms"));
              }
              String anchor = alarm.path("AlarmDescription").asText().replaceAll(".*#", "");
              assertThat(runbook).as(name).contains("\n## " + anchor + "\n");
            });
  }

  @Test
  void missingDataIsAnAlarmWhereItMeansThatSomethingStopped() {
    alarms()
        .forEach(
            (name, alarm) ->
                assertThat(alarm.path("TreatMissingData").asText())
                    .as(name)
                    .isEqualTo(
                        List.of(
                                    "clickstream-no-run",
                                    "clickstream-no-events",
                                    "clickstream-freshness",
                                    "clickstream-failed-units",
                                    "clickstream-certificate",
                                    "clickstream-warehouse-status",
                                    "clickstream-warehouse-snapshots",
                                    "clickstream-oltp-status",
                                    "clickstream-oltp-snapshots")
                                .contains(name)
                            ? "breaching"
                            : "notBreaching"));
  }

  /** EventBridge may lose the event of a run, so the ledger of the warehouse decides. */
  @Test
  void noRunAlarmsOnTheLedgerOfTheWarehouse() {
    JsonNode alarm = alarms().get("clickstream-no-run");
    assertThat(alarm.path("MetricName").asText()).isEqualTo("MinutesSinceLastRun");
    assertThat(alarm.path("Namespace").asText()).isEqualTo("Clickstream/Warehouse");
    assertThat(alarm.path("ComparisonOperator").asText()).isEqualTo("GreaterThanThreshold");
    assertThat(alarm.at("/Threshold/Ref").asText()).isEqualTo("NoRunMinutesLimit");
    assertThat(observability.parameter("NoRunMinutesLimit").path("Default").asInt()).isEqualTo(120);
  }

  @Test
  void theAddressOfAlarmsAndOfTheBudgetIsRequired() {
    assertThat(observability.parameter("AlarmEmail").has("Default")).isFalse();
    JsonNode subscription = observability.only("AWS::SNS::Subscription");
    assertThat(subscription.at("/Endpoint/Ref").asText()).isEqualTo("AlarmEmail");
    JsonNode budget = observability.only("AWS::Budgets::Budget");
    assertThat(budget.at("/Budget/BudgetLimit/Amount/Ref").asText()).isEqualTo("MonthlyBudgetUsd");
    assertThat(budget.path("NotificationsWithSubscribers"))
        .hasSize(2)
        .allSatisfy(
            each ->
                assertThat(each.at("/Subscribers/0/Address/Ref").asText()).isEqualTo("AlarmEmail"));
  }

  @Test
  void responsesWith429AreCountedFromTheAccessLog() throws Exception {
    StackTemplate ingest = Synthesis.onEmr().template("Ingest");
    String pattern = ingest.only("AWS::Logs::MetricFilter").path("FilterPattern").asText();
    ObjectNode line =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    ingest
                        .only("AWS::ApiGatewayV2::Stage")
                        .at("/AccessLogSettings/Format")
                        .asText());
    assertThat(EventRule.filter(pattern, line.put("status", "429"))).isTrue();
    assertThat(EventRule.filter(pattern, line.put("status", "200"))).isFalse();
    JsonNode alarm = alarms().get("clickstream-throttled");
    assertThat(alarm.path("MetricName"))
        .isEqualTo(
            ingest.only("AWS::Logs::MetricFilter").at("/MetricTransformations/0/MetricName"));
  }

  /**
   * The metric and its dimension are those that Data Lifecycle Manager documents. It starts a
   * snapshot within an hour after its time, and counts retries of another hour. So a window of a
   * day alone would be empty now and then.
   */
  // docs.aws.amazon.com/ebs/latest/userguide/monitor-dlm-cw-metrics.html
  // docs.aws.amazon.com/dlm/latest/APIReference/API_CreateRule.html
  @Test
  void moreThanADayWithoutASnapshotIsAnAlarm() {
    for (String host : List.of("warehouse", "oltp")) {
      JsonNode alarm = alarms().get("clickstream-" + host + "-snapshots");
      Map<String, JsonNode> metrics = new TreeMap<>();
      alarm.path("Metrics").forEach(each -> metrics.put(each.path("Id").asText(), each));
      JsonNode stat = metrics.get("completed").path("MetricStat");
      assertThat(stat.at("/Metric/Namespace").asText()).isEqualTo("AWS/EBS");
      assertThat(stat.at("/Metric/MetricName").asText()).isEqualTo("SnapshotsCreateCompleted");
      assertThat(stat.at("/Metric/Dimensions/0/Name").asText()).isEqualTo("DLMPolicyId");
      assertThat(stat.at("/Metric/Dimensions/0/Value/Ref").asText()).startsWith("Snapshots");
      assertThat(stat.path("Stat").asText()).isEqualTo("Sum");
      assertThat(stat.path("Period").asInt()).isEqualTo(3_600);
      // The service sends no value for an hour without a snapshot.
      assertThat(alarm.path("Metrics"))
          .extracting(each -> each.path("Expression").asText())
          .contains("FILL(completed, 0)");
      assertThat(alarm.path("EvaluationPeriods").asInt()).isBetween(26, 30);
      assertThat(alarm.has("DatapointsToAlarm")).as("all hours without a snapshot").isFalse();
    }
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
    Path ingest = home.resolve("ingest-lambda/src/main/java/io/clickstream/ingest");
    String function =
        Files.readString(ingest.resolve("http/RequestLog.java"))
            + Files.readString(ingest.resolve("log/LogLine.java"));
    String host =
        Files.readString(home.resolve("infra/host/warehouse/clickstream-metrics"))
            + Files.readString(home.resolve("infra/host/warehouse/metrics.sql"));
    String accessLog =
        Synthesis.onEmr().template("Ingest").properties("AWS::Logs::MetricFilter").toString();
    String filters =
        Synthesis.onEmr().template("Etl").properties("AWS::Logs::MetricFilter").toString();
    Map<String, String> writers =
        Map.of("Accepted", function, "Throttled", accessLog, "Failed", filters);
    assertThat(alarms().get("clickstream-packs-failed").path("Namespace"))
        .isEqualTo(
            Synthesis.onEmr()
                .template("Packs")
                .properties("AWS::Logs::MetricFilter")
                .get(0)
                .at("/MetricTransformations/0/MetricNamespace"));
    Map<String, String> metrics = new TreeMap<>();
    for (JsonNode alarm : alarms().values()) {
      String namespace = alarm.path("Namespace").asText();
      if (namespace.startsWith("Clickstream/") && !namespace.equals("Clickstream/Packs")) {
        metrics.put(alarm.path("MetricName").asText(), namespace);
      }
    }
    assertThat(metrics.keySet())
        .containsExactlyInAnyOrder(
            "Accepted",
            "CertificateDaysLeft",
            "DiskUsedPercent",
            "Failed",
            "FailedUnits",
            "MinutesSinceLastRun",
            "MinutesSinceNewestEvent",
            "RejectedPercent",
            "Throttled");
    metrics.forEach(
        (metric, namespace) -> {
          String writer = writers.getOrDefault(metric, host);
          assertThat(writer).as(metric).contains(metric);
          // The host receives its namespace as an argument.
          assertThat(writer).contains(writer.equals(host) ? "\"$METRICS\"" : namespace);
        });
    assertThat(function).contains("\"FunctionName\"");
    assertThat(alarms().get("clickstream-no-events").at("/Dimensions").toString())
        .isEqualTo("[{\"Name\":\"FunctionName\",\"Value\":\"clickstream-lambda-ingest\"}]");
  }

  /** One event may be a PUT, or a hundredth of one. Only PUTs that are made are counted. */
  @Test
  void theCostOfAnHourFollowsThePutsAndTheStream() throws Exception {
    Map<String, JsonNode> metrics = new TreeMap<>();
    alarms()
        .get("clickstream-cost")
        .path("Metrics")
        .forEach(each -> metrics.put(each.path("Id").asText(), each));
    String expression = metrics.remove("expr_1").path("Expression").asText();
    assertThat(metrics)
        .extractingFromEntries(
            each ->
                each.getKey()
                    + ": "
                    + each.getValue().at("/MetricStat/Metric/MetricName").asText()
                    + " of "
                    + each.getValue().at("/MetricStat/Metric/Dimensions/0/Value").asText())
        .containsExactlyInAnyOrder(
            "puts: Objects of clickstream-lambda-ingest",
            "written: Objects of clickstream-lambda-stream-writer",
            "writing: Duration of clickstream-lambda-stream-writer",
            "records: IncomingRecords of clickstream-stream-events",
            "requests: Count of ",
            "milliseconds: Duration of ");
    assertThat(expression)
        .isEqualTo(
            "(FILL(puts, 0) * 5 + requests * 2.15 + milliseconds * 0.0133334"
                + " + FILL(written, 0) * 5.9 + FILL(records, 0) * 0.0182"
                + " + FILL(writing, 0) * 0.0133334) / 1000000");
    Path ingest =
        Path.of(
            System.getProperty("clickstream.home"),
            "ingest-lambda/src/main/java/io/clickstream/ingest");
    for (String log : List.of("http/RequestLog.java", "stream/WriterLog.java")) {
      assertThat(Files.readString(ingest.resolve(log))).contains("\"Objects\", Unit.COUNT");
    }
    assertThat(Synthesis.onGlue().template("Observability").properties("AWS::CloudWatch::Alarm"))
        .map(alarm -> alarm.at("/Metrics/0/Expression").asText())
        .contains("(FILL(puts, 0) * 5 + requests * 2.15 + milliseconds * 0.0133334) / 1000000");
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

  @Test
  void aPlatformWithoutPacksHasNoAlarmForThem() {
    assertThat(
            Synthesis.onGlue()
                .template("Observability")
                .resources("AWS::CloudWatch::Alarm")
                .keySet())
        .noneMatch(id -> id.startsWith("packs"))
        .anyMatch(id -> id.startsWith("jobfailed"));
  }

  private static Map<String, JsonNode> alarms() {
    Map<String, JsonNode> alarms = new TreeMap<>();
    for (String stack : List.of("Observability", "Warehouse", "Oltp", "Stream")) {
      for (JsonNode alarm :
          Synthesis.onEmr().template(stack).properties("AWS::CloudWatch::Alarm")) {
        alarms.put(alarm.path("AlarmName").asText(), alarm);
      }
    }
    return alarms;
  }
}
