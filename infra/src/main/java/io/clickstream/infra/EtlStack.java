package io.clickstream.infra;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.glue.CfnConnection;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * Creates the Spark job on EMR Serverless or on Glue, its schedule, and one that closes old periods
 * and is off by default. The definitions of job and application are in {@code emr-serverless/} and
 * {@code glue/}.
 *
 * <p>Runs do not overlap: the engine queues a second run, and the warehouse lock would queue it
 * too. AWS retries nothing, because the next run loads what a failed run left.
 */
final class EtlStack extends SparkJobStack {

  /** Name of the application, the job and the schedule, without that of the environment. */
  static final String NAME = "etl";

  /** Last part of the namespace of the counts of final states. */
  static final String METRICS = "Etl";

  /** Name of the schedule that closes old periods, without that of the environment. */
  static final String CLOSE = "close";

  /** Name of the dead-letter queue of all schedules, without that of the environment. */
  static final String NOT_STARTED = "etl-not-started";

  /** Before the first run of the next hour, and not at the time of the packs. */
  private static final String DAILY = "cron(50 19 * * ? *)";

  private static final String HALF_HOURLY = "cron(5,35 * * * ? *)";

  /** Pattern of a look-back of at least {@link StreamStack#MOST_RETENTION_HOURS}. */
  private static final String TWO_DAYS_OR_MORE =
      "^(([2-9]|[1-9][0-9]{1,2})d|(4[89]|[5-9][0-9]|[1-9][0-9]{2})h)$";

  private static final int MEMORY_GB_PER_VCPU = 5;

  /** Concurrent vCPUs of EMR Serverless that an account has by default. */
  private static final int ACCOUNT_VCPU = 16;

  private final BucketsStack buckets;
  private final WarehouseStack warehouse;
  private final Queue deadLetters;
  private final CfnParameter scheduleState;
  private final CfnParameter kept;
  private final Map<String, String> values = new HashMap<>();

  EtlStack(
      Construct app,
      NetworkStack network,
      BucketsStack buckets,
      WarehouseStack warehouse,
      PlatformOptions options) {
    super(app, "Etl", "the Spark job and its schedule");
    this.buckets = buckets;
    this.warehouse = warehouse;
    deadLetters =
        Queue.Builder.create(this, "NotStarted")
            .queueName(name(NOT_STARTED))
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(Duration.days(14))
            .build();
    explain(deadLetters, "AwsSolutions-SQS3", "This queue is the dead-letter queue.");
    scheduleState =
        choice(
            "ScheduleState",
            "ENABLED",
            List.of("ENABLED", "DISABLED"),
            "DISABLED pauses the half-hourly runs; the first run afterwards catches up");
    kept =
        text(
            "CloseKeep",
            "400d",
            "^[1-9][0-9]{0,4}d$",
            "Days before the latest loaded day that stay open, if CloseScheduleState is ENABLED."
                + " Less than RawRetentionDays");
    Asset jar = asset("JobJar", options.jobJar());
    values.put("NAME", name(NAME));
    values.put("JOB_JAR", jar.getS3ObjectUrl());
    values.putAll(jobArguments());
    values.putAll(settings());
    values.put("LOOK_BACK", lookBack(options).getValueAsString());
    new RunStates(
        this,
        NAME,
        METRICS,
        switch (options.engine()) {
          case EMR -> onEmr(network, jar, options);
          case GLUE -> onGlue(network, jar, options);
        });
  }

  /**
   * Declares the look-back. The writer of a stream writes objects late, up to the retention of the
   * stream, and no run of the schedule finds an object in an hour before the look-back. The stack
   * Stream may change the retention later, so the look-back has to cover the longest one.
   */
  private CfnParameter lookBack(PlatformOptions options) {
    boolean stream = options.with().contains(OptionalStack.STREAM);
    CfnParameter parameter =
        text(
            "LookBack",
            "3d",
            stream ? TWO_DAYS_OR_MORE : "^[1-9][0-9]{0,2}[hd]$",
            "Age of the hours that runs of the schedule list: the argument --look-back of the job."
                + " Less than RawRetentionDays");
    if (stream) {
      parameter.setConstraintDescription(
          "Give at least %dh: the stream may write events so late (StreamRetentionHours)."
              .formatted(StreamStack.MOST_RETENTION_HOURS));
    }
    return parameter;
  }

  private Asset asset(String id, Path file) {
    return Asset.Builder.create(this, id).path(file.toString()).build();
  }

  private Map<String, String> jobArguments() {
    return Map.of(
        "RAW_ROOT",
        "s3a://" + buckets.raw().getBucketName() + "/events",
        "JDBC_URL",
        WarehouseStack.JDBC_URL,
        "DB_SECRET",
        warehouse.loaderSecret().getSecretArn(),
        "DB_CA",
        "s3a://" + buckets.operations().getBucketName() + "/" + BucketsStack.WAREHOUSE_CA,
        "REGION",
        Aws.REGION,
        "OPERATIONS_BUCKET",
        buckets.operations().getBucketName());
  }

  /** Returns the settings of the warehouse, which its first load fixes. */
  private Map<String, String> settings() {
    return Map.of(
        "OWN_HOSTS",
        requiredText(
                "OwnHosts",
                "^[a-z0-9.-]+(,[a-z0-9.-]+)*$",
                "The shop's hosts, such as shop.example,www.shop.example; they never count as referrers."
                    + " Fixed by the first load of the warehouse, like the next four")
            .getValueAsString(),
        "TIMEZONE",
        text("TimeZone", "Asia/Ho_Chi_Minh", "^[A-Za-z0-9_/+-]+$", "Zone of reporting days")
            .getValueAsString(),
        "SESSION_GAP",
        text(
                "SessionGap",
                "30m",
                "^[0-9]+[smh]$",
                "Longest gap between two events of a session, up to 6h")
            .getValueAsString(),
        "PRICE_SCALE",
        text("PriceScale", "0", "^[0-9]$", "Decimal places of prices; 0 for VND")
            .getValueAsString(),
        "REJECTED_BYTES_FOR",
        text(
                "RejectedBytesFor",
                "0d",
                "^(0|[1-9][0-9]{0,4})d$",
                "Days for which the warehouse keeps the bytes of rejected records, such as 30d;"
                    + " 0d keeps them for ever")
            .getValueAsString());
  }

  // ------------------------------------------------------------------------ EMR Serverless

  /**
   * Creates the EMR Serverless application and returns the pattern of the events that report the
   * states of its runs.
   */
  private Map<String, Object> onEmr(NetworkStack network, Asset jar, PlatformOptions options) {
    Path definitions = options.home().resolve("emr-serverless");
    CfnParameter vcpu =
        number(
            "MaxVcpu",
            ACCOUNT_VCPU,
            8,
            400,
            "Maximum number of vCPUs that the job may use at once; more than 16 need a higher quota of"
                + " EMR Serverless");
    values.put("MAX_VCPU", vcpu.getValueAsString());
    // CloudFormation cannot multiply. No size in sizes.json uses more memory per vCPU than this.
    values.put(
        "MAX_MEMORY_GB",
        number(
                "MaxMemoryGb",
                ACCOUNT_VCPU * MEMORY_GB_PER_VCPU,
                8 * MEMORY_GB_PER_VCPU,
                3_000,
                "Maximum memory that the job may use at once; five times MaxVcpu is enough")
            .getValueAsString());
    values.put("ARCHITECTURE", workerArchitecture());
    values.put("SUBNET", network.etlSubnetId());
    values.put("SECURITY_GROUP", network.etlGroupId());
    CfnResource application =
        resource(
            "Application",
            "AWS::EMRServerless::Application",
            Definition.capitalized(
                Definition.read(definitions.resolve(options.spark().emrApplication()), values)));
    String applicationArn = application.getAtt("Arn").toString();

    Role role =
        jobRole(
            service("emr-serverless.amazonaws.com", applicationArn),
            jar.getS3BucketName(),
            jar.getS3ObjectKey());
    role.addToPolicy(
        allow(
            List.of("s3:PutObject"),
            buckets.operations().arnForObjects(BucketsStack.LOGS + "etl/*")));
    explainKeys(role);

    values.put("APPLICATION_ID", application.getRef());
    values.put("JOB_ROLE", role.getRoleArn());
    values.put(
        "SPARK_SETTINGS",
        Definition.read(definitions.resolve("sizes.json"), Map.of()).get("hour").toString());
    Role starter = starterRole();
    starter.addToPolicy(allow(List.of("emr-serverless:StartJobRun"), applicationArn));
    starter.addToPolicy(passToEmrServerless(role));
    schedule(
        "emrserverless:startJobRun",
        starter,
        Definition.capitalized(Definition.read(definitions.resolve("job-run.json"), values)));
    Map<String, Object> close = Definition.read(definitions.resolve("job-run.json"), values);
    close.put("name", name(CLOSE));
    List<String> arguments = new ArrayList<>();
    closing()
        .forEach(
            (name, value) -> {
              arguments.add(name);
              arguments.add(value);
            });
    member(member(close, "jobDriver"), "sparkSubmit").put("entryPointArguments", arguments);
    scheduleClosing("emrserverless:startJobRun", starter, Definition.capitalized(close));
    output("ApplicationId", application.getRef(), "The EMR Serverless application");
    return eventsOfEmr(application);
  }

  // ------------------------------------------------------------------------ AWS Glue

  /**
   * Creates the Glue job and returns the pattern of the events that report the states of its runs.
   */
  private Map<String, Object> onGlue(NetworkStack network, Asset jar, PlatformOptions options) {
    Path definitions = options.home().resolve("glue");
    Asset script = asset("Script", definitions.resolve("GlueApp.scala"));
    CfnConnection connection =
        CfnConnection.Builder.create(this, "Connection")
            .catalogId(Aws.ACCOUNT_ID)
            .connectionInput(
                CfnConnection.ConnectionInputProperty.builder()
                    .name(name("warehouse"))
                    .connectionType("NETWORK")
                    .connectionProperties(Map.of())
                    .physicalConnectionRequirements(
                        CfnConnection.PhysicalConnectionRequirementsProperty.builder()
                            .availabilityZone(network.availabilityZone())
                            .subnetId(network.etlSubnetId())
                            .securityGroupIdList(List.of(network.etlGroupId()))
                            .build())
                    .build())
            .build();
    Role role = jobRole(glue(), jar.getS3BucketName(), jar.getS3ObjectKey());
    role.addToPolicy(allow(List.of("s3:GetObject"), objectArn(script)));
    letGlueWork(role, network);
    values.put("SCRIPT", script.getS3ObjectUrl());
    values.put("CONNECTION", connection.getRef());
    values.put("JOB_ROLE", role.getRoleArn());
    values.put(
        "MAX_WORKERS",
        number(
                "MaxWorkers",
                3,
                2,
                100,
                "Maximum number of G.1X workers; auto scaling starts as many as needed")
            .getValueAsString());
    CfnResource job =
        resource(
            "Job",
            "AWS::Glue::Job",
            Definition.read(definitions.resolve(options.spark().glueJob()), values));

    explain(
        job,
        "AwsSolutions-GL1",
        "CloudWatch encrypts logs with its own keys; the job's logs hold counts and object keys.");
    explain(
        job, "AwsSolutions-GL3", "The job uses no bookmarks: the warehouse knows what is loaded.");

    Role starter = starterRole();
    starter.addToPolicy(allow(List.of("glue:StartJobRun"), arn("glue", "job/" + name(NAME))));
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("JobName", job.getRef());
    // Not an argument of the job, because runs with another window refuse it.
    input.put("Arguments", Map.of("--look-back", values.get("LOOK_BACK")));
    schedule("glue:startJobRun", starter, input);
    // The job's own window is switched off. A closing ignores the settings of loads.
    Map<String, String> arguments = new LinkedHashMap<>(Map.of("--since-last-run", "false"));
    arguments.put("--keep", closing().get("--keep"));
    scheduleClosing(
        "glue:startJobRun", starter, Map.of("JobName", job.getRef(), "Arguments", arguments));
    output("JobName", job.getRef(), "The Glue job");
    return eventsOfGlue(job);
  }

  /** Grants the part of AWS's managed Glue policy that a job in a VPC uses. */
  private void letGlueWork(Role role, NetworkStack network) {
    role.addToPolicy(
        allow(
            List.of(
                "ec2:DescribeSubnets",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeVpcEndpoints",
                "ec2:DescribeRouteTables",
                "ec2:DescribeVpcAttribute"),
            "*"));
    role.addToPolicy(
        allow(
            List.of("ec2:CreateNetworkInterface"),
            arn("ec2", "network-interface/*"),
            arn("ec2", "subnet/" + network.etlSubnetId()),
            arn("ec2", "security-group/" + network.etlGroupId())));
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:DeleteNetworkInterface", "ec2:CreateTags", "ec2:DeleteTags"))
            .resources(List.of(arn("ec2", "network-interface/*")))
            .conditions(
                Map.of(
                    "ForAllValues:StringEquals",
                    Map.of("aws:TagKeys", List.of("aws-glue-service-resource"))))
            .build());
    role.addToPolicy(
        allow(
            List.of("glue:GetConnection"),
            arn("glue", "catalog"),
            arn("glue", "connection/" + name("warehouse"))));
    letGlueReport(role);
    explain(
        role,
        "AwsSolutions-IAM5",
        "Describe actions and metrics have no resources; network interfaces, log streams and keys are"
            + " made at run time.");
  }

  // ------------------------------------------------------------------------ both

  /** Returns the pattern of the events that report the states of an application's runs. */
  static Map<String, Object> eventsOfEmr(CfnResource application) {
    return Map.of(
        "source",
        List.of("aws.emr-serverless"),
        "detail-type",
        List.of("EMR Serverless Job Run State Change"),
        "detail",
        Map.of("applicationId", List.of(application.getRef())));
  }

  /** Returns the pattern of the events that report the states of a Glue job's runs. */
  static Map<String, Object> eventsOfGlue(CfnResource job) {
    return Map.of(
        "source",
        List.of("aws.glue"),
        "detail-type",
        List.of("Glue Job State Change"),
        "detail",
        Map.of("jobName", List.of(job.getRef())));
  }

  /**
   * Creates the role of the job: it reads events, erasure requests, the jar, its password and the
   * certificate authority of the warehouse.
   */
  private Role jobRole(IPrincipal service, String jarBucket, String jarKey) {
    Role role =
        Role.Builder.create(this, "JobRole")
            .assumedBy(service)
            .description(
                "Reads events, erasure requests and the password of the warehouse's loader")
            .build();
    role.addToPolicy(allow(List.of("s3:ListBucket"), buckets.raw().getBucketArn()));
    role.addToPolicy(
        allow(
            List.of("s3:GetObject"),
            buckets.raw().arnForObjects(BucketsStack.EVENTS + "*"),
            buckets.raw().arnForObjects(BucketsStack.ERASURES + "*")));
    role.addToPolicy(
        allow(
            List.of("s3:GetObject"),
            "arn:" + Aws.PARTITION + ":s3:::" + jarBucket + "/" + jarKey,
            buckets.operations().arnForObjects(BucketsStack.WAREHOUSE_CA)));
    role.addToPolicy(
        allow(List.of("secretsmanager:GetSecretValue"), warehouse.loaderSecret().getSecretArn()));
    return role;
  }

  private static void explainKeys(Role role) {
    explain(
        role,
        "AwsSolutions-IAM5",
        "Keys of events and logs are created at run time, under a prefix.");
  }

  private Role starterRole() {
    Role role =
        Role.Builder.create(this, "SchedulerRole")
            .assumedBy(scheduler())
            .description("Starts runs of the job")
            .build();
    role.addToPolicy(allow(List.of("sqs:SendMessage"), deadLetters.getQueueArn()));
    return role;
  }

  private void schedule(String action, Role role, Map<String, Object> input) {
    String expression =
        text(
                "ScheduleExpression",
                HALF_HOURLY,
                CRON_OR_RATE,
                "When runs start, in UTC; cron(5 * * * ? *) is hourly and halves the cost of"
                    + " starts")
            .getValueAsString();
    schedule(
        "Schedule",
        name(NAME),
        "Loads what is new",
        expression,
        scheduleState.getValueAsString(),
        targetWithQueue(action, role, input),
        role);
  }

  private CfnSchedule.TargetProperty targetWithQueue(
      String action, Role role, Map<String, Object> input) {
    return target(action, role, input)
        .deadLetterConfig(
            CfnSchedule.DeadLetterConfigProperty.builder().arn(deadLetters.getQueueArn()).build())
        .build();
  }

  /** Returns the arguments of a run that closes, by name. */
  private Map<String, String> closing() {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("--keep", kept.getValueAsString());
    arguments.put("--jdbc-url", values.get("JDBC_URL"));
    arguments.put("--db-secret-arn", values.get("DB_SECRET"));
    arguments.put("--db-ca", values.get("DB_CA"));
    arguments.put("--aws-region", values.get("REGION"));
    return arguments;
  }

  private void scheduleClosing(String action, Role role, Map<String, Object> input) {
    String expression =
        text("CloseScheduleExpression", DAILY, CRON_OR_RATE, "When runs that close start, in UTC")
            .getValueAsString();
    String state =
        choice(
                "CloseScheduleState",
                "DISABLED",
                List.of("ENABLED", "DISABLED"),
                "ENABLED closes what is older than CloseKeep once a day, which cannot be undone")
            .getValueAsString();
    schedule(
        "CloseSchedule",
        name(CLOSE),
        "Closes old periods",
        expression,
        state,
        targetWithQueue(action, role, input),
        role);
  }
}
