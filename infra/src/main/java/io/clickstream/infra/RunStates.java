package io.clickstream.infra;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.events.CfnRule;
import software.amazon.awscdk.services.logs.CfnResourcePolicy;
import software.amazon.awscdk.services.logs.FilterPattern;
import software.amazon.awscdk.services.logs.JsonPattern;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.MetricFilter;
import software.amazon.awscdk.services.logs.RetentionDays;

/** Logs each state change of a job's runs for a month and counts the final states. */
final class RunStates {

  static final String FAILED = "Failed";
  static final String SUCCEEDED = "Succeeded";

  private final PlatformStack stack;
  private final String job;
  private final String metrics;
  private final LogGroup log;

  /**
   * Creates the rule, the log group and the counts.
   *
   * @param stack stack of the job
   * @param job name of the job, without that of the environment
   * @param metrics last part of the namespace of the counts
   * @param events pattern of the events that report the states of its runs
   */
  RunStates(PlatformStack stack, String job, String metrics, Map<String, Object> events) {
    this.stack = stack;
    this.job = job;
    this.metrics = metrics;
    log =
        LogGroup.Builder.create(stack, "JobEvents")
            .logGroupName("/aws/events/" + stack.name(job))
            .retention(RetentionDays.ONE_MONTH)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    CfnRule rule =
        CfnRule.Builder.create(stack, "JobStates")
            .description("State changes of the job's runs")
            .eventPattern(events)
            .targets(List.of(CfnRule.TargetProperty.builder().id("log").arn(arnOfGroup()).build()))
            .build();
    letEventsIn(rule);
    // EMR Serverless and Glue use different names for the same states.
    count(FAILED, "FAILED", "TIMEOUT", "STOPPED", "CANCELLED", "ERROR");
    count(SUCCEEDED, "SUCCESS", "SUCCEEDED");
  }

  /** Returns the ARN of the log group without the suffix for streams, which its attribute has. */
  private String arnOfGroup() {
    return stack.formatArn(
        ArnComponents.builder()
            .service("logs")
            .resource("log-group")
            .resourceName(log.getLogGroupName())
            .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
            .build());
  }

  /**
   * Lets EventBridge write. The rule can be a condition of {@code PutLogEvents} only: the request
   * that creates a stream has no source, and a condition on it would refuse every stream.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions">CloudWatch
   *     Logs permissions</a>
   */
  private void letEventsIn(CfnRule rule) {
    CfnResourcePolicy.Builder.create(stack, "JobEventsPolicy")
        .policyName(stack.name(job) + "-events")
        .policyDocument(
            stack.toJsonString(
                Map.of(
                    "Version",
                    "2012-10-17",
                    "Statement",
                    List.of(
                        letEvents("logs:CreateLogStream", Map.of()),
                        letEvents(
                            "logs:PutLogEvents",
                            Map.of(
                                "Condition",
                                Map.of(
                                    "ArnEquals", Map.of("aws:SourceArn", rule.getAttrArn()))))))))
        .build();
  }

  private Map<String, Object> letEvents(String action, Map<String, Object> condition) {
    Map<String, Object> statement = new HashMap<>(condition);
    statement.putAll(
        Map.of(
            "Effect",
            "Allow",
            "Principal",
            Map.of("Service", List.of("events.amazonaws.com", "delivery.logs.amazonaws.com")),
            "Action",
            action,
            "Resource",
            log.getLogGroupArn()));
    return statement;
  }

  private void count(String name, String... states) {
    MetricFilter.Builder.create(stack, name)
        .logGroup(log)
        .filterPattern(
            FilterPattern.any(
                Arrays.stream(states)
                    .map(state -> FilterPattern.stringValue("$.detail.state", "=", state))
                    .toArray(JsonPattern[]::new)))
        .metricNamespace(stack.metrics(metrics))
        .metricName(name)
        .metricValue("1")
        .build();
  }
}
