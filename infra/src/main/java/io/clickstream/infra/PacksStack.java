package io.clickstream.infra;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.constructs.Construct;

/**
 * Creates the job that packs raw events, with a role of its own, which may write and delete events,
 * and a schedule that is off by default. It needs neither the network nor the warehouse.
 *
 * <p>Application and job have the definitions of the loading job, without its network, database and
 * settings.
 */
final class PacksStack extends SparkJobStack {

  /** Name of the application, the job and the schedule, without that of the environment. */
  static final String NAME = "packs";

  /** Last part of the namespace of the counts of final states. */
  static final String METRICS = "Packs";

  /**
   * Concurrent vCPUs of the application. An account has 16 by default, and the loading job must get
   * its share of them while a pack is written.
   */
  private static final int VCPU = 8;

  private static final int MEMORY_GB = 40;

  /** Placeholders of the loading job's definitions that packing has no value for. */
  private static final String[] LOADING = {
    "RAW_ROOT",
    "JDBC_URL",
    "DB_SECRET",
    "DB_CA",
    "REGION",
    "OWN_HOSTS",
    "TIMEZONE",
    "SESSION_GAP",
    "PRICE_SCALE",
    "REJECTED_BYTES_FOR",
    "LOOK_BACK"
  };

  private static final List<String> LOADING_ARGUMENTS =
      List.of(
          "--jdbc-url",
          "--db-secret-arn",
          "--db-ca",
          "--own-hosts",
          "--timezone",
          "--session-gap",
          "--price-scale",
          "--rejected-bytes-for",
          "--since-last-run");

  private static final String DAILY = "cron(20 18 * * ? *)";

  private final BucketsStack buckets;
  private final Map<String, String> values = new HashMap<>();
  private final List<String> arguments;

  PacksStack(Construct app, BucketsStack buckets, PlatformOptions options) {
    super(app, "Packs", "the job that packs raw events");
    this.buckets = buckets;
    Asset jar = Asset.Builder.create(this, "JobJar").path(options.jobJar().toString()).build();
    values.put("NAME", name(NAME));
    values.put("JOB_JAR", jar.getS3ObjectUrl());
    values.put("OPERATIONS_BUCKET", buckets.operations().getBucketName());
    values.put("MAX_VCPU", Integer.toString(VCPU));
    values.put("MAX_MEMORY_GB", Integer.toString(MEMORY_GB));
    values.put("MAX_WORKERS", "3");
    String deletes =
        choice(
                "PackDeletes",
                "true",
                List.of("true", "false"),
                "Whether runs delete the events that a verified pack has")
            .getValueAsString();
    String age =
        text(
                "PackOlderThan",
                "3d",
                "^[1-9][0-9]{0,4}[hd]$",
                "Age of the hours that runs pack; at least the job's look-back (3 days)")
            .getValueAsString();
    arguments =
        List.of(
            "--pack",
            "true",
            "--raw",
            "s3a://" + buckets.raw().getBucketName() + "/events",
            "--older-than",
            age,
            "--delete-packed",
            deletes,
            "--aws-region",
            Aws.REGION);
    new RunStates(
        this,
        NAME,
        METRICS,
        switch (options.engine()) {
          case EMR -> onEmr(jar, options);
          case GLUE -> onGlue(jar, options);
        });
  }

  private Map<String, Object> onEmr(Asset jar, PlatformOptions options) {
    Path definitions = options.home().resolve("emr-serverless");
    values.put("ARCHITECTURE", workerArchitecture());
    Map<String, Object> definition =
        read(definitions.resolve(options.spark().emrApplication()), "SUBNET", "SECURITY_GROUP");
    definition.remove("networkConfiguration");
    CfnResource application =
        resource(
            "Application", "AWS::EMRServerless::Application", Definition.capitalized(definition));
    String applicationArn = application.getAtt("Arn").toString();
    Role role = packRole(service("emr-serverless.amazonaws.com", applicationArn), jar);
    role.addToPolicy(
        allow(
            List.of("s3:PutObject"),
            buckets.operations().arnForObjects(BucketsStack.LOGS + "etl/*")));
    values.put("APPLICATION_ID", application.getRef());
    values.put("JOB_ROLE", role.getRoleArn());
    values.put(
        "SPARK_SETTINGS",
        Definition.read(definitions.resolve("sizes.json"), Map.of()).get("hour").toString());
    Map<String, Object> run = read(definitions.resolve("job-run.json"), LOADING);
    Map<String, Object> driver = member(run, "jobDriver");
    member(driver, "sparkSubmit").put("entryPointArguments", arguments);
    Role starter = starterRole();
    starter.addToPolicy(allow(List.of("emr-serverless:StartJobRun"), applicationArn));
    starter.addToPolicy(passToEmrServerless(role));
    schedule("emrserverless:startJobRun", starter, Definition.capitalized(run));
    output("ApplicationId", application.getRef(), "The EMR Serverless application that packs");
    return EtlStack.eventsOfEmr(application);
  }

  private Map<String, Object> onGlue(Asset jar, PlatformOptions options) {
    Path definitions = options.home().resolve("glue");
    Asset script =
        Asset.Builder.create(this, "Script")
            .path(definitions.resolve("GlueApp.scala").toString())
            .build();
    Role role = packRole(glue(), jar);
    role.addToPolicy(allow(List.of("s3:GetObject"), objectArn(script)));
    letGlueReport(role);
    values.put("SCRIPT", script.getS3ObjectUrl());
    values.put("JOB_ROLE", role.getRoleArn());
    Map<String, Object> definition =
        read(
            definitions.resolve(options.spark().glueJob()),
            Stream.concat(Stream.of("CONNECTION"), Stream.of(LOADING)).toArray(String[]::new));
    definition.remove("Connections");
    definition.put("Description", "Packs raw clickstream objects");
    Map<String, Object> given = member(definition, "DefaultArguments");
    LOADING_ARGUMENTS.forEach(given::remove);
    for (int i = 0; i < arguments.size(); i += 2) {
      given.put(arguments.get(i), arguments.get(i + 1));
    }
    CfnResource job = resource("Job", "AWS::Glue::Job", definition);
    explain(
        job,
        "AwsSolutions-GL1",
        "CloudWatch encrypts logs with its own keys; the job's logs hold counts and object keys.");
    explain(job, "AwsSolutions-GL3", "The job uses no bookmarks: listings tell what is packed.");
    Role starter = starterRole();
    starter.addToPolicy(allow(List.of("glue:StartJobRun"), arn("glue", "job/" + name(NAME))));
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("JobName", job.getRef());
    schedule("glue:startJobRun", starter, input);
    output("JobName", job.getRef(), "The Glue job that packs");
    return EtlStack.eventsOfGlue(job);
  }

  private Map<String, Object> read(Path definition, String... unused) {
    Map<String, String> all = new HashMap<>(values);
    for (String name : unused) {
      all.putIfAbsent(name, "");
    }
    return Definition.read(definition, all);
  }

  /** Creates the role of the job: it reads, writes and deletes events, and reads the jar. */
  private Role packRole(IPrincipal service, Asset jar) {
    Role role =
        Role.Builder.create(this, "PackRole")
            .assumedBy(service)
            .description("Packs events: reads, writes and deletes them")
            .build();
    role.addToPolicy(allow(List.of("s3:ListBucket"), buckets.raw().getBucketArn()));
    role.addToPolicy(
        allow(
            List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
            buckets.raw().arnForObjects(BucketsStack.EVENTS + "*")));
    role.addToPolicy(allow(List.of("s3:GetObject"), objectArn(jar)));
    explain(
        role,
        "AwsSolutions-IAM5",
        "Keys of events, packs and logs are created at run time, under a prefix; metrics have no"
            + " resources.");
    return role;
  }

  private Role starterRole() {
    Role role =
        Role.Builder.create(this, "SchedulerRole")
            .assumedBy(scheduler())
            .description("Starts runs of the job that packs")
            .build();
    role.addToPolicy(allow(List.of("sqs:SendMessage"), notStarted()));
    return role;
  }

  /** Returns the ARN of the dead-letter queue of the stack Etl, which is known by its name. */
  private String notStarted() {
    return arn("sqs", name(EtlStack.NOT_STARTED));
  }

  private void schedule(String action, Role role, Map<String, Object> input) {
    String expression =
        text("PackScheduleExpression", DAILY, CRON_OR_RATE, "When runs start, in UTC")
            .getValueAsString();
    String state =
        choice(
                "PackScheduleState",
                "DISABLED",
                List.of("ENABLED", "DISABLED"),
                "ENABLED packs events once a day")
            .getValueAsString();
    schedule(
        "Schedule",
        name(NAME),
        "Packs old events",
        expression,
        state,
        target(action, role, input)
            .deadLetterConfig(
                CfnSchedule.DeadLetterConfigProperty.builder().arn(notStarted()).build())
            .build(),
        role);
  }
}
