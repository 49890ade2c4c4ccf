package io.clickstream.infra;

/**
 * Limits of AWS services, from the pages of their documentation in late 2026. A value over a limit
 * fails at deployment, or later, so tests compare templates and definitions with them.
 */
final class ServiceLimits {

  private static final String EMR = "docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/";

  /** Longest and shortest {@code executionTimeoutMinutes} of a batch run since EMR 7.11. */
  static final Range EMR_TIMEOUT_MINUTES = new Range(1, 10_080, EMR + "release-version-7110.html");

  /** Concurrent vCPUs of all EMR Serverless workers of an account; can be raised on request. */
  static final Range EMR_ACCOUNT_VCPU = new Range(0, 16, EMR + "endpoints-quotas.html");

  /** {@code schedulerConfiguration.queueTimeoutMinutes}. */
  static final Range EMR_QUEUE_MINUTES =
      new Range(15, 720, "the model of UpdateApplication in the AWS command line");

  /** {@code schedulerConfiguration.maxConcurrentRuns}. */
  static final Range EMR_CONCURRENT_RUNS =
      new Range(1, 1_000, "the model of UpdateApplication in the AWS command line");

  /** {@code autoStopConfiguration.idleTimeoutMinutes}. */
  static final Range EMR_IDLE_MINUTES =
      new Range(1, 10_080, "the model of UpdateApplication in the AWS command line");

  /** {@code Timeout} of a Glue job. */
  static final Range GLUE_TIMEOUT_MINUTES =
      new Range(1, 10_080, "docs.aws.amazon.com/glue/latest/webapi/API_Job.html");

  /** Memory of a function in a new account; in others up to 10,240 MB. */
  static final Range LAMBDA_NEW_ACCOUNT_MEMORY_MB =
      new Range(128, 3_008, "docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html");

  /** Concurrent executions of all functions of an account and region; can be raised on request. */
  static final Range LAMBDA_CONCURRENCY =
      new Range(0, 1_000, "docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html");

  /** The same of a new account. */
  static final Range LAMBDA_NEW_ACCOUNT_CONCURRENCY =
      new Range(0, 10, "docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html");

  /** Concurrent executions that reservations must leave to other functions. */
  static final Range LAMBDA_UNRESERVED_CONCURRENCY =
      new Range(
          100,
          Long.MAX_VALUE,
          "docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html");

  /** Longest time of an integration of an HTTP API. */
  static final Range HTTP_API_TIMEOUT_S =
      new Range(1, 30, "docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html");

  /** Requests per second of all APIs of an account and region; can be raised on request. */
  static final Range HTTP_API_REQUESTS_PER_SECOND =
      new Range(0, 10_000, "docs.aws.amazon.com/apigateway/latest/developerguide/limits.html");

  /** Requests at one moment of all APIs of an account and region. */
  static final Range HTTP_API_BURST =
      new Range(0, 5_000, "docs.aws.amazon.com/apigateway/latest/developerguide/limits.html");

  /** Characters of a resource policy of CloudWatch Logs. */
  static final Range LOGS_POLICY_CHARACTERS =
      new Range(
          1,
          5_120,
          "docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html");

  /** Resource policies of CloudWatch Logs of an account and region. */
  static final Range LOGS_POLICIES =
      new Range(
          0,
          10,
          "docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html");

  /** Characters of all inline policies of a role, without white space. */
  static final Range ROLE_POLICY_CHARACTERS =
      new Range(0, 10_240, "docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html");

  /** Bytes of a bucket policy. */
  static final Range BUCKET_POLICY_BYTES =
      new Range(1, 20 * 1024, "docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html");

  /** Characters of the policy of a VPC endpoint. */
  static final Range ENDPOINT_POLICY_CHARACTERS =
      new Range(1, 20_480, "docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html");

  /** Rules of a security group and direction. */
  static final Range GROUP_RULES =
      new Range(0, 60, "docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html");

  private static final String CLOUDFORMATION =
      "docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html";

  /** Resources of a template. */
  static final Range TEMPLATE_RESOURCES = new Range(1, 500, CLOUDFORMATION);

  /** Parameters of a template. */
  static final Range TEMPLATE_PARAMETERS = new Range(0, 200, CLOUDFORMATION);

  /** Outputs of a template. */
  static final Range TEMPLATE_OUTPUTS = new Range(0, 200, CLOUDFORMATION);

  /** Bytes of a template on S3. */
  static final Range TEMPLATE_BYTES = new Range(1, 1_000_000, CLOUDFORMATION);

  /** Characters of the input of a schedule. */
  static final Range SCHEDULE_INPUT_BYTES =
      new Range(
          1, 256 * 1024, "docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html");

  private static final String ALARM =
      "docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html";

  /** Seconds that an alarm may look at, if its period is shorter than an hour. */
  static final Range ALARM_SECONDS = new Range(10, 86_400, ALARM);

  /** Seconds that an alarm may look at, if its period is an hour or longer. */
  static final Range LONG_ALARM_SECONDS = new Range(3_600, 604_800, ALARM);

  private ServiceLimits() {}

  /**
   * Inclusive bounds of a value.
   *
   * @param source page that names them
   */
  record Range(long least, long most, String source) {
    boolean contains(long value) {
      return least <= value && value <= most;
    }

    @Override
    public String toString() {
      return least + " to " + most + " (" + source + ")";
    }
  }
}
