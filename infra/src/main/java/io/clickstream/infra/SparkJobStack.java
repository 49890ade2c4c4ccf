package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.constructs.Construct;

/** Base class of the stacks with a Spark job: who may run it, what it may report, its schedule. */
abstract class SparkJobStack extends PlatformStack {

  /** Pattern of a schedule's expression. */
  static final String CRON_OR_RATE = "^(cron|rate)\\(.+\\)$";

  SparkJobStack(Construct app, String name, String description) {
    super(app, name, description);
  }

  /**
   * Returns Glue of this account. Glue documents no source of its requests, so the condition
   * applies if there is one. A role cannot be passed to a service of another account anyway.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html">Granting
   *     permissions to pass a role to a service</a>
   */
  static IPrincipal glue() {
    return ServicePrincipal.Builder.create("glue.amazonaws.com")
        .conditions(Map.of("StringEqualsIfExists", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
        .build();
  }

  static IPrincipal service(String name, String sourceArn) {
    return ServicePrincipal.Builder.create(name)
        .conditions(
            Map.of(
                "StringEquals",
                Map.of("aws:SourceAccount", Aws.ACCOUNT_ID),
                "ArnLike",
                Map.of("aws:SourceArn", sourceArn)))
        .build();
  }

  /** Declares the parameter for the processors of workers on EMR Serverless. */
  String workerArchitecture() {
    return choice(
            "Architecture",
            "ARM64",
            List.of("ARM64", "X86_64"),
            "Processors of the workers; ARM64 costs a fifth less")
        .getValueAsString();
  }

  /** Returns EventBridge Scheduler of this account. */
  static IPrincipal scheduler() {
    return ServicePrincipal.Builder.create("scheduler.amazonaws.com")
        .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
        .build();
  }

  /** Lets a job of Glue write its logs and metrics. */
  static void letGlueReport(Role role) {
    role.addToPolicy(
        allow(
            List.of("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
            arn("logs", "log-group:/aws-glue/*")));
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("cloudwatch:PutMetricData"))
            .resources(List.of("*"))
            .conditions(Map.of("StringEquals", Map.of("cloudwatch:namespace", "Glue")))
            .build());
  }

  /**
   * Returns the target of a schedule that starts runs.
   *
   * @param action service and action of the AWS SDK
   * @param role the role that may start runs
   */
  CfnSchedule.TargetProperty.Builder target(String action, Role role, Map<String, Object> input) {
    return CfnSchedule.TargetProperty.builder()
        .arn("arn:" + Aws.PARTITION + ":scheduler:::aws-sdk:" + action)
        .roleArn(role.getRoleArn())
        .input(toJsonString(input))
        .retryPolicy(CfnSchedule.RetryPolicyProperty.builder().maximumRetryAttempts(0).build());
  }

  /**
   * Creates a schedule of the job.
   *
   * @param id its id in the stack
   * @param state ENABLED or DISABLED
   * @param role the role of the target
   */
  void schedule(
      String id,
      String name,
      String description,
      String expression,
      String state,
      CfnSchedule.TargetProperty target,
      Role role) {
    CfnSchedule schedule =
        CfnSchedule.Builder.create(this, id)
            .name(name)
            .description(description)
            .scheduleExpression(expression)
            .scheduleExpressionTimezone("UTC")
            .state(state)
            .flexibleTimeWindow(
                CfnSchedule.FlexibleTimeWindowProperty.builder().mode("OFF").build())
            .target(target)
            .build();
    // The schedule must not start before its role has its permissions.
    schedule.getNode().addDependency(role.getNode().findChild("DefaultPolicy"));
  }

  /** Returns a member of a definition that is an object. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> member(Map<String, Object> object, String name) {
    return (Map<String, Object>) object.get(name);
  }

  CfnResource resource(String id, String type, Map<String, Object> properties) {
    return CfnResource.Builder.create(this, id).type(type).properties(properties).build();
  }

  static PolicyStatement allow(List<String> actions, String... resources) {
    return PolicyStatement.Builder.create().actions(actions).resources(List.of(resources)).build();
  }

  /** Allows starting runs of EMR Serverless with a role, and passing it to no other service. */
  static PolicyStatement passToEmrServerless(Role role) {
    return PolicyStatement.Builder.create()
        .actions(List.of("iam:PassRole"))
        .resources(List.of(role.getRoleArn()))
        .conditions(
            Map.of("StringEquals", Map.of("iam:PassedToService", "emr-serverless.amazonaws.com")))
        .build();
  }

  static String arn(String service, String resource) {
    return Fn.join(
        ":", List.of("arn", Aws.PARTITION, service, Aws.REGION, Aws.ACCOUNT_ID, resource));
  }

  static String objectArn(Asset asset) {
    return "arn:"
        + Aws.PARTITION
        + ":s3:::"
        + asset.getS3BucketName()
        + "/"
        + asset.getS3ObjectKey();
  }
}
