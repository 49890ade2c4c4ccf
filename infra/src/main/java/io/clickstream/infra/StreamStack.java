package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kinesis.CfnStream;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * Creates the stream in front of the raw bucket, and the function that writes its batches as
 * objects. The ingest function uses the stream when its parameter {@code StreamEvents} is true. So
 * the stream can be emptied before it is deleted.
 */
final class StreamStack extends PlatformStack {

  /** Name of the stream, without that of the environment. */
  static final String STREAM = "stream-events";

  /** Name of the function that writes its batches, without that of the environment. */
  static final String WRITER = "lambda-stream-writer";

  private static final String DISCARDED = "stream-discarded";

  /** The most hours for which the stream may keep records. */
  static final int MOST_RETENTION_HOURS = 48;

  private static final Duration FIVE_MINUTES = Duration.minutes(5);

  /** Seconds that are left to read discarded records from the stream again. */
  private static final int MARGIN_S = 2 * 3_600;

  private static final int DAY_S = 86_400;
  private static final int LATE_MS = 10 * 60_000;
  private static final int VERY_LATE_MS = 12 * 3_600_000;

  StreamStack(Construct app, BucketsStack buckets, PlatformOptions options) {
    super(app, "Stream", "a Kinesis data stream in front of the raw bucket");
    CfnParameter shards =
        number(
            "StreamShards",
            1,
            1,
            500,
            "Shards of the stream: each accepts 1 MB and 1,000 records per second");
    CfnParameter retention =
        number(
            "StreamRetentionHours",
            24,
            24,
            MOST_RETENTION_HOURS,
            "Hours for which the stream keeps records. Objects may be written so late, so the stack"
                + " Etl refuses a LookBack of less than 48 hours");
    CfnParameter window =
        number(
            "StreamBatchWindowSeconds",
            5,
            0,
            300,
            "Longest time that an event waits for others of its object");
    CfnCondition twoDays =
        CfnCondition.Builder.create(this, "RetentionIsTwoDays")
            .expression(
                Fn.conditionEquals(
                    retention.getValueAsString(), Integer.toString(MOST_RETENTION_HOURS)))
            .build();

    CfnStream stream =
        CfnStream.Builder.create(this, "Events")
            .name(name(STREAM))
            .shardCount(shards.getValueAsNumber())
            .retentionPeriodHours(retention.getValueAsNumber())
            .streamEncryption(
                CfnStream.StreamEncryptionProperty.builder()
                    .encryptionType("KMS")
                    .keyId("alias/aws/kinesis")
                    .build())
            .build();
    Queue discarded =
        Queue.Builder.create(this, "Discarded")
            .queueName(name(DISCARDED))
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(Duration.days(14))
            .build();
    explain(discarded, "AwsSolutions-SQS3", "This queue is the dead-letter queue.");
    Role role = role(buckets, discarded);
    Function writer = writer(buckets, options, role);
    CfnEventSourceMapping mapping =
        CfnEventSourceMapping.Builder.create(this, "Batches")
            .eventSourceArn(stream.getAttrArn())
            .functionName(writer.getFunctionName())
            .startingPosition("TRIM_HORIZON")
            // Both limits of Lambda: an object has up to 10,000 records, or 6 MB.
            .batchSize(10_000)
            .maximumBatchingWindowInSeconds(window.getValueAsNumber())
            // Halves a batch with which the function fails or takes too long. A failed PUT is a
            // partial answer, after which Lambda gives the same batch again.
            .bisectBatchOnFunctionError(true)
            .functionResponseTypes(List.of("ReportBatchItemFailures"))
            .maximumRetryAttempts(-1)
            .maximumRecordAgeInSeconds(
                Token.asNumber(
                    Fn.conditionIf(twoDays.getLogicalId(), 2 * DAY_S - MARGIN_S, DAY_S - MARGIN_S)))
            .destinationConfig(
                CfnEventSourceMapping.DestinationConfigProperty.builder()
                    .onFailure(
                        CfnEventSourceMapping.OnFailureProperty.builder()
                            .destination(discarded.getQueueArn())
                            .build())
                    .build())
            .build();
    // Lambda checks the permissions of the role when it creates the mapping.
    mapping.getNode().addDependency(role);
    watch();
    output("StreamName", name(STREAM), "The stream");
    output("WriterName", name(WRITER), "The function that writes its batches");
    output("MappingId", mapping.getAttrId(), "The event source mapping between both");
  }

  /** Returns the name of the writer's log group. */
  private String logName() {
    return "/aws/lambda/" + name(WRITER);
  }

  private Role role(BucketsStack buckets, Queue discarded) {
    Role role =
        Role.Builder.create(this, "WriterRole")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .description("Reads the stream, puts events, and writes its own log")
            .build();
    role.addToPolicy(
        allow(List.of("s3:PutObject"), buckets.raw().arnForObjects(BucketsStack.EVENTS + "*")));
    role.addToPolicy(
        allow(
            List.of(
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards"),
            arn(this)));
    role.addToPolicy(allow(List.of("sqs:SendMessage"), discarded.getQueueArn()));
    LogGroup log =
        LogGroup.Builder.create(this, "WriterLog")
            .logGroupName(logName())
            .retention(RetentionDays.ONE_MONTH)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    role.addToPolicy(
        allow(List.of("logs:CreateLogStream", "logs:PutLogEvents"), log.getLogGroupArn()));
    explain(
        role,
        "AwsSolutions-IAM5",
        "Keys of events and streams of a log are created at run time, under one prefix.");
    return role;
  }

  private static PolicyStatement allow(List<String> actions, String resource) {
    return PolicyStatement.Builder.create().actions(actions).resources(List.of(resource)).build();
  }

  private Function writer(BucketsStack buckets, PlatformOptions options, Role role) {
    Function writer =
        Function.Builder.create(this, "Writer")
            .functionName(name(WRITER))
            .description("Writes batches of the stream as objects on S3")
            .runtime(Runtime.JAVA_25)
            .handler("io.clickstream.ingest.StreamWriterHandler")
            .code(Code.fromAsset(options.ingestJar().toString()))
            .memorySize(1_024)
            // Several attempts at S3, for the objects of two hours.
            .timeout(Duration.minutes(1))
            .role(role)
            .environment(Map.of("RAW_BUCKET_NAME", buckets.raw().getBucketName()))
            .build();
    CfnFunction template = (CfnFunction) writer.getNode().getDefaultChild();
    template.setArchitectures(List.of("arm64"));
    template.setLoggingConfig(
        CfnFunction.LoggingConfigProperty.builder().logGroup(logName()).build());
    // CDK makes the function depend on the policy and, redundantly, on the role.
    template.addMetadata("cfn-lint", Map.of("config", Map.of("ignore_checks", List.of("W3005"))));
    return writer;
  }

  /** Returns the names of the alarms. */
  static List<String> alarms() {
    return List.of(
        "stream-late",
        "stream-retention",
        "stream-discarded",
        "stream-throttled",
        "stream-writer-errors");
  }

  private void watch() {
    PlatformAlarms alarms = new PlatformAlarms(this);
    alarms.above(
        LATE_MS,
        ofWriter("IteratorAge", "Maximum"),
        new PlatformAlarms.Subject(
            "stream-late", "Events wait on the stream for more than ten minutes", 2));
    alarms.above(
        VERY_LATE_MS,
        ofWriter("IteratorAge", "Maximum"),
        new PlatformAlarms.Subject(
            "stream-retention",
            "stream-late",
            "Events wait on the stream for more than twelve hours; it keeps them for a day",
            1));
    alarms.above(
        0,
        metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", DISCARDED, "Maximum"),
        new PlatformAlarms.Subject(
            "stream-discarded", "Records were too old before they could be written to S3", 1));
    alarms.above(
        0,
        metric("AWS/Kinesis", "WriteProvisionedThroughputExceeded", "StreamName", STREAM, "Sum"),
        new PlatformAlarms.Subject(
            "stream-throttled", "The stream refuses records: it needs more shards", 3));
    alarms.above(
        0,
        ofWriter("Errors", "Sum"),
        new PlatformAlarms.Subject(
            "stream-writer-errors", "The function that writes batches of the stream failed", 2));
  }

  private IMetric ofWriter(String name, String statistic) {
    return metric("AWS/Lambda", name, "FunctionName", WRITER, statistic);
  }

  private IMetric metric(
      String namespace, String name, String dimension, String part, String statistic) {
    return Metric.Builder.create()
        .namespace(namespace)
        .metricName(name)
        .dimensionsMap(Map.of(dimension, name(part)))
        .statistic(statistic)
        .period(FIVE_MINUTES)
        .build();
  }

  /** Returns the ARN of the stream of a stack's environment, which may not exist yet. */
  static String arn(PlatformStack stack) {
    return stack.formatArn(
        ArnComponents.builder()
            .service("kinesis")
            .resource("stream")
            .resourceName(stack.name(STREAM))
            .build());
  }
}
