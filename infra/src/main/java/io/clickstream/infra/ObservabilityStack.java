package io.clickstream.infra;

import io.clickstream.infra.PlatformAlarms.Subject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.budgets.CfnBudget;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
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
  private static final Duration HOUR = Duration.hours(1);

  /**
   * Creates the alarms.
   *
   * @param otherAlarms names of the alarms in the stacks of the hosts and of the stream
   * @param with the optional stacks that there are
   */
  ObservabilityStack(
      Construct app, IngestStack ingest, List<String> otherAlarms, Set<OptionalStack> with) {
    super(app, "Observability", "alarms, a budget and a dashboard");
    CfnParameter email =
        requiredText("AlarmEmail", "^[^@ ]+@[^@ ]+$", "Address that receives alarms");
    Topic topic = topic(email);
    PlatformAlarms alarms = new PlatformAlarms(this, topic);
    IMetric failed = ofJob(EtlStack.METRICS, RunStates.FAILED);
    IMetric succeeded = ofJob(EtlStack.METRICS, RunStates.SUCCEEDED);
    IMetric stored = metricOfFunction(ingest.functionName(), "Accepted");
    IMetric functionErrors = ingest.live().metricErrors(sumOver(FIVE_MINUTES));
    IMetric functionThrottles = ingest.live().metricThrottles(sumOver(FIVE_MINUTES));
    IMetric requests = ingest.api().metricCount(sumOver(FIVE_MINUTES));
    IMetric clientErrors = ingest.api().metricClientError(sumOver(FIVE_MINUTES));
    IMetric serverErrors = ingest.api().metricServerError(sumOver(FIVE_MINUTES));
    IMetric throttled = throttled();
    IMetric rejected = ofWarehouse("RejectedPercent");
    IMetric age = ofWarehouse("MinutesSinceNewestEvent");
    IMetric sinceRun = ofWarehouse("MinutesSinceLastRun");
    IMetric disk = ofWarehouse("DiskUsedPercent");
    IMetric waiting = notStarted();

    alarms.above(0, failed, new Subject("job-failed", "A run of the job failed", 1));
    // EventBridge delivers the events of both engines on a best-effort basis, so their absence
    // proves nothing. The ledger of the warehouse does.
    alarms.aboveOrMissing(
        number("NoRunMinutesLimit", 120, 40, 10_000, "Alarm when the last good run is older")
            .getValueAsNumber(),
        sinceRun,
        new Subject(
            "no-run", "No run has loaded for two hours, or the warehouse's host is silent", 3));
    alarms.above(0, waiting, new Subject("not-started", "A schedule could not start a run", 1));
    if (with.contains(OptionalStack.PACKS)) {
      alarms.above(
          0,
          ofJob(PacksStack.METRICS, RunStates.FAILED),
          new Subject("packs-failed", "A run of the job that packs raw events failed", 1));
    }
    alarms.belowOrMissing(
        1, stored, new Subject("no-events", "No event has been stored for an hour", 1));
    alarms.above(
        number("RejectedPercentLimit", 1, 0, 100, "Alarm above this share of rejected records")
            .getValueAsNumber(),
        rejected,
        new Subject("rejects", "Many records of the last day were rejected", 3));
    alarms.aboveOrMissing(
        number("FreshnessMinutesLimit", 90, 40, 10_000, "Alarm when the newest event is older")
            .getValueAsNumber(),
        age,
        new Subject(
            "freshness",
            "The newest event in the warehouse is old, or its host sends no metrics",
            3));
    alarms.above(
        0, functionErrors, new Subject("function-errors", "The ingest function failed", 1));
    alarms.above(
        4,
        serverErrors,
        new Subject(
            "api-errors", "Requests were answered with 5xx; clients send the events again", 1));
    alarms.above(
        number("ThrottledLimit", 100, 0, 1_000_000, "Alarm above this many 429 in five minutes")
            .getValueAsNumber(),
        throttled,
        new Subject("throttled", "Requests were answered with 429", 2));
    alarms.above(80, disk, new Subject("disk", "The warehouse's data volume fills up", 1));
    alarms.aboveOrMissing(
        0,
        ofWarehouse("FailedUnits"),
        new Subject("failed-units", "A service or timer of the warehouse's host failed", 3));
    alarms.belowOrMissing(
        20,
        leastOfWarehouse("CertificateDaysLeft"),
        new Subject("certificate", "The certificate of the warehouse was not renewed", 3));
    IMetric cost = hourlyCost(ingest, with.contains(OptionalStack.STREAM));
    alarms.above(
        number("EventsPerHourLimit", 1_000_000, 1, 1_000_000_000, "Alarm above so many events")
            .getValueAsNumber(),
        stored,
        new Subject("volume", "Far more events are stored than usual", 1));
    alarms.above(
        number("RefusalsLimit", 1_000, 1, 10_000_000, "Alarm above so many 4xx in five minutes")
            .getValueAsNumber(),
        clientErrors,
        new Subject(
            "refusals", "Many requests were refused: for their rate (429), or as no events", 1));
    alarms.above(
        0,
        functionThrottles,
        new Subject(
            "throttles",
            "The function's concurrency is used up; clients send the events again",
            3));
    alarms.above(
        number("HourlyCostLimit", 5, 1, 10_000, "Alarm above so many US dollars an hour")
            .getValueAsNumber(),
        cost,
        new Subject("cost", "Ingest costs more than usual", 1));
    alarms.include(otherAlarms);
    budget(email);

    Dashboard dashboard =
        Dashboard.Builder.create(this, "Dashboard").dashboardName(prefix()).build();
    dashboard.addWidgets(
        AlarmStatusWidget.Builder.create()
            .title("Alarms")
            .width(24)
            .height(3)
            .alarms(alarms.all())
            .build());
    dashboard.addWidgets(
        graph("Events stored an hour", stored),
        graph("Requests and answers", requests, clientErrors, throttled, serverErrors),
        graph("Function: errors, throttles", functionErrors, functionThrottles));
    dashboard.addWidgets(
        graph("Cost of ingest, about, US dollars an hour", cost),
        graph("Seconds from reception to commit", ofWarehouse("SecondsFromReceptionToCommit")));
    dashboard.addWidgets(
        graph("Runs", succeeded, failed, waiting),
        graph("Minutes since the newest event and the last run", age, sinceRun),
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
   * Returns what requests cost in an hour, at the prices and with the 1,024 MB of docs/cost.md:
   * PUTs that the functions count, and the records of the stream. Whether the stream and batch
   * objects are used may change at any time, so no term depends on the parameters of the function.
   */
  private IMetric hourlyCost(IngestStack ingest, boolean stream) {
    Map<String, IMetric> metrics = new TreeMap<>();
    metrics.put("puts", metricOfFunction(ingest.functionName(), "Objects"));
    metrics.put("requests", ingest.api().metricCount(sumOver(HOUR)));
    metrics.put("milliseconds", ingest.live().metricDuration(sumOver(HOUR)));
    String sum = "FILL(puts, 0) * 5 + requests * 2.15 + milliseconds * 0.0133334";
    if (stream) {
      String writer = name(StreamStack.WRITER);
      metrics.put("written", metricOfFunction(writer, "Objects"));
      metrics.put("writing", ofService("AWS/Lambda", "Duration", "FunctionName", writer));
      metrics.put(
          "records",
          ofService("AWS/Kinesis", "IncomingRecords", "StreamName", name(StreamStack.STREAM)));
      // An object of the writer takes a PUT, an invocation and a line of its log.
      sum += " + FILL(written, 0) * 5.9 + FILL(records, 0) * 0.0182 + FILL(writing, 0) * 0.0133334";
    }
    return MathExpression.Builder.create()
        .expression("(" + sum + ") / 1000000")
        .usingMetrics(metrics)
        .period(HOUR)
        .label("US dollars")
        .build();
  }

  private static Metric ofService(String namespace, String name, String dimension, String value) {
    return Metric.Builder.create()
        .namespace(namespace)
        .metricName(name)
        .dimensionsMap(Map.of(dimension, value))
        .statistic("Sum")
        .period(HOUR)
        .build();
  }

  private Topic topic(CfnParameter email) {
    Topic alarmTopic =
        Topic.Builder.create(this, "Alarms")
            .topicName(name(PlatformAlarms.TOPIC))
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
    CfnSubscription.Builder.create(this, "AlarmSubscription")
        .topicArn(alarmTopic.getTopicArn())
        .protocol("email")
        .endpoint(email.getValueAsString())
        .build();
    return alarmTopic;
  }

  /** Creates the budget of the account, because costs by tag need a setting of the payer. */
  private void budget(CfnParameter email) {
    CfnBudget.SubscriberProperty subscriber =
        CfnBudget.SubscriberProperty.builder()
            .subscriptionType("EMAIL")
            .address(email.getValueAsString())
            .build();
    CfnBudget.Builder.create(this, "Budget")
        .budget(
            CfnBudget.BudgetDataProperty.builder()
                .budgetName(name("monthly"))
                .budgetType("COST")
                .timeUnit("MONTHLY")
                .budgetLimit(
                    CfnBudget.SpendProperty.builder()
                        .amount(
                            number(
                                    "MonthlyBudgetUsd",
                                    250,
                                    1,
                                    1_000_000,
                                    "Cost of the account per month; an e-mail at 80 % of it, and when"
                                        + " the forecast exceeds it")
                                .getValueAsNumber())
                        .unit("USD")
                        .build())
                .build())
        .notificationsWithSubscribers(
            List.of(
                notification("ACTUAL", 80, subscriber),
                notification("FORECASTED", 100, subscriber)))
        .build();
  }

  private static CfnBudget.NotificationWithSubscribersProperty notification(
      String type, int percent, CfnBudget.SubscriberProperty subscriber) {
    return CfnBudget.NotificationWithSubscribersProperty.builder()
        .notification(
            CfnBudget.NotificationProperty.builder()
                .notificationType(type)
                .comparisonOperator("GREATER_THAN")
                .threshold(percent)
                .thresholdType("PERCENTAGE")
                .build())
        .subscribers(List.of(subscriber))
        .build();
  }

  private static MetricOptions sumOver(Duration time) {
    return MetricOptions.builder().statistic("Sum").period(time).build();
  }

  /** Returns a metric that a function writes into its log (docs/ingest.md). */
  private static Metric metricOfFunction(String function, String name) {
    return Metric.Builder.create()
        .namespace(IngestStack.METRICS)
        .metricName(name)
        .dimensionsMap(Map.of("FunctionName", function))
        .statistic("Sum")
        .period(HOUR)
        .build();
  }

  /** Returns the number of responses with 429, of the API or of the function. */
  private Metric throttled() {
    return Metric.Builder.create()
        .namespace(metrics("Ingest"))
        .metricName(IngestStack.THROTTLED)
        .statistic("Sum")
        .period(FIVE_MINUTES)
        .build();
  }

  private Metric ofJob(String job, String name) {
    return Metric.Builder.create()
        .namespace(metrics(job))
        .metricName(name)
        .statistic("Sum")
        .period(HOUR)
        .build();
  }

  private Metric notStarted() {
    return Metric.Builder.create()
        .namespace("AWS/SQS")
        .metricName("ApproximateNumberOfMessagesVisible")
        .dimensionsMap(Map.of("QueueName", name(EtlStack.NOT_STARTED)))
        .statistic("Maximum")
        .period(FIVE_MINUTES)
        .build();
  }

  private Metric ofWarehouse(String name) {
    return ofWarehouse(name, "Maximum");
  }

  private Metric leastOfWarehouse(String name) {
    return ofWarehouse(name, "Minimum");
  }

  private Metric ofWarehouse(String name, String statistic) {
    return Metric.Builder.create()
        .namespace(metrics(WarehouseStack.METRICS))
        .metricName(name)
        .statistic(statistic)
        .period(FIVE_MINUTES)
        .build();
  }

  private static GraphWidget graph(String title, IMetric... metrics) {
    return GraphWidget.Builder.create().title(title).width(8).left(List.of(metrics)).build();
  }
}
