package io.clickstream.infra;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.Topic;

/** Creates the alarms of a stack. Each notifies the platform's topic and names its chapter. */
final class PlatformAlarms {

  /** Name of the topic, without that of the environment. */
  static final String TOPIC = "alarms";

  private static final String TREAT_AS_BREACHING = "breaching";

  private final PlatformStack stack;
  private final ITopic topic;
  private final List<IAlarm> alarms = new ArrayList<>();

  /** Creates the alarms of a stack with the topic. */
  PlatformAlarms(PlatformStack stack, ITopic topic) {
    this.stack = stack;
    this.topic = topic;
  }

  /**
   * Creates the alarms of another stack. It knows the topic by its name: a reference would make the
   * stacks depend on each other.
   */
  PlatformAlarms(PlatformStack stack) {
    this(
        stack,
        Topic.fromTopicArn(
            stack,
            "AlarmTopic",
            stack.formatArn(
                ArnComponents.builder().service("sns").resource(stack.name(TOPIC)).build())));
  }

  /**
   * Condition of an alarm.
   *
   * @param name name of the alarm, without that of the environment
   * @param chapter chapter of docs/runbook.md
   * @param description what happened, in one sentence
   * @param periods number of consecutive periods
   */
  record Subject(String name, String chapter, String description, int periods) {
    Subject(String name, String description, int periods) {
      this(name, name, description, periods);
    }
  }

  /** Creates an alarm for values above a limit. Missing data does not raise it. */
  void above(Number limit, IMetric metric, Subject subject) {
    alarm(subject, metric, limit, ComparisonOperator.GREATER_THAN_THRESHOLD);
  }

  /** Creates an alarm for values above a limit, or for missing data. */
  void aboveOrMissing(Number limit, IMetric metric, Subject subject) {
    missingIsBad(alarm(subject, metric, limit, ComparisonOperator.GREATER_THAN_THRESHOLD));
  }

  /** Creates an alarm for values below a limit, or for missing data. */
  void belowOrMissing(Number limit, IMetric metric, Subject subject) {
    missingIsBad(alarm(subject, metric, limit, ComparisonOperator.LESS_THAN_THRESHOLD));
  }

  /** Adds alarms of another stack by their names. */
  void include(List<String> names) {
    for (String name : names) {
      alarms.add(
          Alarm.fromAlarmArn(
              stack,
              "Alarm-" + name,
              stack.formatArn(
                  ArnComponents.builder()
                      .service("cloudwatch")
                      .resource("alarm")
                      .resourceName(stack.name(name))
                      .arnFormat(software.amazon.awscdk.ArnFormat.COLON_RESOURCE_NAME)
                      .build())));
    }
  }

  /** Returns the alarms in the order of their creation. */
  List<IAlarm> all() {
    return List.copyOf(alarms);
  }

  private Alarm alarm(
      Subject subject, IMetric metric, Number limit, ComparisonOperator comparison) {
    Alarm alarm =
        Alarm.Builder.create(stack, subject.name())
            .alarmName(stack.name(subject.name()))
            .alarmDescription(subject.description() + ". See docs/runbook.md#" + subject.chapter())
            .metric(metric)
            .threshold(limit)
            .comparisonOperator(comparison)
            .evaluationPeriods(subject.periods())
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
}
