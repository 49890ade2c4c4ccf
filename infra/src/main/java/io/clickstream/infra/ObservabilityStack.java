package io.clickstream.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.events.CfnRule;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.CfnResourcePolicy;
import software.amazon.awscdk.services.logs.FilterPattern;
import software.amazon.awscdk.services.logs.JsonPattern;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.MetricFilter;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sns.CfnSubscription;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** Alarms, whom they tell, and one dashboard. What each alarm means stands in docs/runbook.md. */
final class ObservabilityStack extends PlatformStack {

  private static final String JOB_METRICS = "Clickstream/Etl";
  private static final Duration FIVE_MINUTES = Duration.minutes(5);
  private static final String TREAT_AS_BREACHING = "breaching";
  private static final Duration HOUR = Duration.hours(1);

  private final Topic topic;
  private final List<Alarm> alarms = new ArrayList<>();

  ObservabilityStack(Construct app, IngestStack ingest, EtlStack etl, WarehouseStack warehouse) {
    super(app, "Observability", "alarms and a dashboard");
    topic = topic();
    LogGroup jobLog = jobEventLog(etl);
    IMetric failed =
        countOf(jobLog, "Failed", "FAILED", "TIMEOUT", "STOPPED", "CANCELLED", "ERROR");
    IMetric succeeded = countOf(jobLog, "Succeeded", "SUCCESS", "SUCCEEDED");
    IMetric stored = toldByFunction("Accepted", HOUR);
    IMetric functionErrors = ingest.live().metricErrors(sumOver(FIVE_MINUTES));
    IMetric serverErrors = ingest.api().metricServerError(sumOver(FIVE_MINUTES));
    IMetric rejected = ofWarehouse("RejectedPercent");
    IMetric age = ofWarehouse("MinutesSinceNewestEvent");
    IMetric disk = ofWarehouse("DiskUsedPercent");
    IMetric waiting = etl.deadLetters().metricApproximateNumberOfMessagesVisible();

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
            "The warehouse's newest event is old, or its host tells nothing"));
    above("function-errors", functionErrors, 0, 1, "The ingest function failed");
    above("api-errors", serverErrors, 4, 1, "Events were answered with 5xx: clients send again");
    above("disk", disk, 80, 1, "The warehouse's data volume fills up");

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
    dashboard.addWidgets(
        graph("Runs", succeeded, failed, waiting),
        graph("Age of the newest event, minutes", age),
        graph("Rejected records of the last day, %", rejected));
    dashboard.addWidgets(
        graph("Data volume used, %", disk),
        graph("Warehouse host: processor, %", processorOf(warehouse)),
        graph(
            "Function: duration, ms",
            ingest.live().metricDuration(MetricOptions.builder().statistic("p99").build())));
    output("TopicArn", topic.getTopicArn(), "Whatever wants to hear of alarms subscribes here");
  }

  private Topic topic() {
    Topic alarmTopic =
        Topic.Builder.create(this, "Alarms")
            .topicName("clickstream-alarms")
            .enforceSsl(true)
            .build();
    // Asking for TLS replaces the policy that every topic has, by which alarms may publish.
    alarmTopic.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
            .actions(List.of("sns:Publish"))
            .resources(List.of(alarmTopic.getTopicArn()))
            .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
            .build());
    CfnParameter email =
        text("AlarmEmail", "", "^$|^[^@ ]+@[^@ ]+$", "Who hears of alarms; nobody when empty");
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

  /** Every change of a run's state, kept a month. */
  private LogGroup jobEventLog(EtlStack etl) {
    LogGroup log =
        LogGroup.Builder.create(this, "JobEvents")
            .logGroupName("/aws/events/clickstream-etl")
            .retention(RetentionDays.ONE_MONTH)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    CfnRule rule =
        CfnRule.Builder.create(this, "JobStates")
            .description("What becomes of the job's runs")
            .eventPattern(etl.jobEvents())
            .targets(
                List.of(
                    CfnRule.TargetProperty.builder()
                        .id("log")
                        .arn(
                            formatArn(
                                ArnComponents.builder()
                                    .service("logs")
                                    .resource("log-group")
                                    .resourceName(log.getLogGroupName())
                                    .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                                    .build()))
                        .build()))
            .build();
    CfnResourcePolicy.Builder.create(this, "JobEventsPolicy")
        .policyName("clickstream-etl-events")
        .policyDocument(
            toJsonString(
                Map.of(
                    "Version",
                    "2012-10-17",
                    "Statement",
                    List.of(
                        Map.of(
                            "Effect",
                            "Allow",
                            "Principal",
                            Map.of(
                                "Service",
                                List.of("events.amazonaws.com", "delivery.logs.amazonaws.com")),
                            "Action",
                            List.of("logs:CreateLogStream", "logs:PutLogEvents"),
                            "Resource",
                            log.getLogGroupArn(),
                            "Condition",
                            Map.of("ArnEquals", Map.of("aws:SourceArn", rule.getAttrArn())))))))
        .build();
    return log;
  }

  /** Above a limit that stands here. */
  private Alarm above(String name, IMetric metric, int limit, int periods, String description) {
    return alarm(
        name, metric, limit, ComparisonOperator.GREATER_THAN_THRESHOLD, periods, description);
  }

  /** Above a limit that is a parameter. */
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

  /** Below a limit; nothing told at all is below, too. */
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

  private Metric countOf(LogGroup log, String name, String... states) {
    return MetricFilter.Builder.create(this, name)
        .logGroup(log)
        .filterPattern(FilterPattern.any(statesOf(states)))
        .metricNamespace(JOB_METRICS)
        .metricName(name)
        .metricValue("1")
        .build()
        .metric(sumOver(HOUR));
  }

  /** EMR Serverless and Glue have their own words for the same. */
  private static JsonPattern[] statesOf(String... states) {
    JsonPattern[] patterns = new JsonPattern[states.length];
    for (int at = 0; at < states.length; at++) {
      patterns[at] = FilterPattern.stringValue("$.detail.state", "=", states[at]);
    }
    return patterns;
  }

  private static MetricOptions sumOver(Duration time) {
    return MetricOptions.builder().statistic("Sum").period(time).build();
  }

  /** What the function writes into its log as metrics: see docs/ingest.md. */
  private static Metric toldByFunction(String name, Duration period) {
    return Metric.Builder.create()
        .namespace(IngestStack.METRICS)
        .metricName(name)
        .dimensionsMap(Map.of("FunctionName", IngestStack.FUNCTION))
        .statistic("Sum")
        .period(period)
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

  private static Metric processorOf(WarehouseStack warehouse) {
    return Metric.Builder.create()
        .namespace("AWS/EC2")
        .metricName("CPUUtilization")
        .dimensionsMap(Map.of("InstanceId", warehouse.host().instance().getRef()))
        .statistic("Average")
        .period(FIVE_MINUTES)
        .build();
  }

  private static GraphWidget graph(String title, IMetric... metrics) {
    return GraphWidget.Builder.create().title(title).width(8).left(List.of(metrics)).build();
  }
}
