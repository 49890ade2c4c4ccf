package io.clickstream.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.CfnSubscription;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/**
 * Creates the alarms, their topic, and one dashboard. docs/runbook.md explains each alarm.
 *
 * <p>Metrics of job and warehouse are known by name, not by resource. A resource that another stack
 * refers to cannot be replaced, and a new image or another engine replaces the host or the
 * application.
 */
final class ObservabilityStack extends PlatformStack {

  private static final Duration FIVE_MINUTES = Duration.minutes(5);
  private static final String TREAT_AS_BREACHING = "breaching";
  private static final Duration HOUR = Duration.hours(1);

  private final Topic topic;
  private final List<Alarm> alarms = new ArrayList<>();

  ObservabilityStack(Construct app, IngestStack ingest) {
    super(app, "Observability", "alarms and a dashboard");
    topic = topic();
    IMetric failed = ofJob(RunStates.FAILED);
    IMetric succeeded = ofJob(RunStates.SUCCEEDED);
    IMetric stored = metricOfFunction("Accepted", HOUR);
    IMetric functionErrors = ingest.live().metricErrors(sumOver(FIVE_MINUTES));
    IMetric serverErrors = ingest.api().metricServerError(sumOver(FIVE_MINUTES));
    IMetric rejected = ofWarehouse("RejectedPercent");
    IMetric age = ofWarehouse("MinutesSinceNewestEvent");
    IMetric disk = ofWarehouse("DiskUsedPercent");
    IMetric waiting = notStarted();

    above("job-failed", failed, 0, 1, "A run of the job failed");
    below("no-run", succeeded, 1, 2, "No run of the job has ended well for two hours");
    above("not-started", waiting, 0, 1, "The schedule could not start a run");
    below("no-events", stored, 1, 1, "No event has been stored for an hour");
    above(
        "rejects",
        rejected,
        number("RejectedPercentLimit", 1, 0, 100, "Alarm above this share of rejected records"),
        3,
        "Many records of the last day were rejected");
    missingIsBad(
        above(
            "freshness",
            age,
            number("FreshnessMinutesLimit", 90, 40, 10_000, "Alarm when the newest event is older"),
            3,
            "The newest event in the warehouse is old, or its host sends no metrics"));
    above("function-errors", functionErrors, 0, 1, "The ingest function failed");
    above(
        "api-errors",
        serverErrors,
        4,
        1,
        "Requests were answered with 5xx; clients send the events again");
    above("disk", disk, 80, 1, "The warehouse's data volume fills up");
    IMetric refused = ingest.api().metricClientError(sumOver(FIVE_MINUTES));
    IMetric cost = hourlyCost(ingest, stored);
    above(
        "volume",
        stored,
        number("EventsPerHourLimit", 1_000_000, 1, 1_000_000_000, "Alarm above so many events"),
        1,
        "Far more events are stored than usual");
    above(
        "refusals",
        refused,
        number("RefusalsLimit", 1_000, 1, 10_000_000, "Alarm above so many 4xx in five minutes"),
        1,
        "Many requests were refused: for their rate (429), or as no events");
    above(
        "throttles",
        ingest.live().metricThrottles(sumOver(FIVE_MINUTES)),
        0,
        3,
        "The function's concurrency is used up; clients send the events again");
    above(
        "cost",
        cost,
        number("HourlyCostLimit", 5, 1, 10_000, "Alarm above so many US dollars an hour"),
        1,
        "Ingest costs more than usual");

    Dashboard dashboard =
        Dashboard.Builder.create(this, "Dashboard").dashboardName("clickstream").build();
    dashboard.addWidgets(
        AlarmStatusWidget.Builder.create()
            .title("Alarms")
            .width(24)
            .height(3)
            .alarms(alarms)
            .build());
    dashboard.addWidgets(
        graph("Events stored an hour", stored),
        graph(
            "Requests and answers",
            ingest.api().metricCount(sumOver(FIVE_MINUTES)),
            ingest.api().metricClientError(sumOver(FIVE_MINUTES)),
            serverErrors),
        graph("Function: errors", functionErrors));
    dashboard.addWidgets(graph("Cost of ingest, about, US dollars an hour", cost));
    dashboard.addWidgets(
        graph("Runs", succeeded, failed, waiting),
        graph("Age of the newest event, minutes", age),
        graph("Rejected records of the last day, %", rejected));
    dashboard.addWidgets(
        graph("Data volume used, %", disk),
        graph("Warehouse host: load per processor, %", ofWarehouse("LoadPercent")),
        graph(
            "Function: duration, ms",
            ingest.live().metricDuration(MetricOptions.builder().statistic("p99").build())));
    output("TopicArn", topic.getTopicArn(), "Topic of the alarms");
  }

  /**
   * Returns what requests cost in an hour, at the prices and with the 1,024 MB of docs/cost.md. An
   * event is counted as one PUT; with batch objects it costs less.
   */
  private static IMetric hourlyCost(IngestStack ingest, IMetric stored) {
    return MathExpression.Builder.create()
        .expression("(stored * 5 + requests * 2.15 + milliseconds * 0.0133334) / 1000000")
        .usingMetrics(
            Map.of(
                "stored", stored,
                "requests", ingest.api().metricCount(sumOver(HOUR)),
                "milliseconds", ingest.live().metricDuration(sumOver(HOUR))))
        .period(HOUR)
        .label("US dollars")
        .build();
  }

  private Topic topic() {
    Topic alarmTopic =
        Topic.Builder.create(this, "Alarms")
            .topicName("clickstream-alarms")
            .enforceSsl(true)
            .build();
    // Enforcing TLS replaces the default policy of the topic, which lets alarms publish.
    alarmTopic.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
            .actions(List.of("sns:Publish"))
            .resources(List.of(alarmTopic.getTopicArn()))
            .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
            .build());
    CfnParameter email =
        text("AlarmEmail", "", "^$|^[^@ ]+@[^@ ]+$", "Address that receives alarms; empty: nobody");
    CfnCondition given =
        CfnCondition.Builder.create(this, "AlarmEmailIsGiven")
            .expression(Fn.conditionNot(Fn.conditionEquals(email.getValueAsString(), "")))
            .build();
    CfnSubscription.Builder.create(this, "AlarmSubscription")
        .topicArn(alarmTopic.getTopicArn())
        .protocol("email")
        .endpoint(email.getValueAsString())
        .build()
        .getCfnOptions()
        .setCondition(given);
    return alarmTopic;
  }

  /** Creates an alarm for values above a constant limit. */
  private Alarm above(String name, IMetric metric, int limit, int periods, String description) {
    return alarm(
        name, metric, limit, ComparisonOperator.GREATER_THAN_THRESHOLD, periods, description);
  }

  /** Creates an alarm for values above a limit that is a parameter. */
  private Alarm above(
      String name, IMetric metric, CfnParameter limit, int periods, String description) {
    return alarm(
        name,
        metric,
        limit.getValueAsNumber(),
        ComparisonOperator.GREATER_THAN_THRESHOLD,
        periods,
        description);
  }

  /** Creates an alarm for values below a limit. Missing data counts as below. */
  private void below(String name, IMetric metric, int limit, int periods, String description) {
    missingIsBad(
        alarm(name, metric, limit, ComparisonOperator.LESS_THAN_THRESHOLD, periods, description));
  }

  private Alarm alarm(
      String name,
      IMetric metric,
      Number limit,
      ComparisonOperator comparison,
      int periods,
      String description) {
    Alarm alarm =
        Alarm.Builder.create(this, name)
            .alarmName("clickstream-" + name)
            .alarmDescription(description + ". See docs/runbook.md#" + name)
            .metric(metric)
            .threshold(limit)
            .comparisonOperator(comparison)
            .evaluationPeriods(periods)
            .treatMissingData(TreatMissingData.NOT_BREACHING)
            .build();
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
    alarms.add(alarm);
    return alarm;
  }

  private static void missingIsBad(Alarm alarm) {
    ((CfnAlarm) alarm.getNode().getDefaultChild()).setTreatMissingData(TREAT_AS_BREACHING);
  }

  private static MetricOptions sumOver(Duration time) {
    return MetricOptions.builder().statistic("Sum").period(time).build();
  }

  /** Returns a metric that the function writes into its log (docs/ingest.md). */
  private static Metric metricOfFunction(String name, Duration period) {
    return Metric.Builder.create()
        .namespace(IngestStack.METRICS)
        .metricName(name)
        .dimensionsMap(Map.of("FunctionName", IngestStack.FUNCTION))
        .statistic("Sum")
        .period(period)
        .build();
  }

  private static Metric ofJob(String name) {
    return Metric.Builder.create()
        .namespace(RunStates.METRICS)
        .metricName(name)
        .statistic("Sum")
        .period(HOUR)
        .build();
  }

  private static Metric notStarted() {
    return Metric.Builder.create()
        .namespace("AWS/SQS")
        .metricName("ApproximateNumberOfMessagesVisible")
        .dimensionsMap(Map.of("QueueName", EtlStack.NOT_STARTED))
        .statistic("Maximum")
        .period(FIVE_MINUTES)
        .build();
  }

  private static Metric ofWarehouse(String name) {
    return Metric.Builder.create()
        .namespace(WarehouseStack.METRICS)
        .metricName(name)
        .statistic("Maximum")
        .period(FIVE_MINUTES)
        .build();
  }

  private static GraphWidget graph(String title, IMetric... metrics) {
    return GraphWidget.Builder.create().title(title).width(8).left(List.of(metrics)).build();
  }
}
