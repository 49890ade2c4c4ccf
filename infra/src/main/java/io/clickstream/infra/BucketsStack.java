package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.CfnRule;
import software.amazon.awscdk.CfnRuleAssertion;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/**
 * Creates the raw bucket, which holds events and erasure requests, and the operations bucket: logs
 * of the job and of the network, the certificate authority of the warehouse, the runtime of the
 * dashboards.
 */
final class BucketsStack extends PlatformStack {

  /** Prefix of events in the raw bucket. */
  static final String EVENTS = "events/";

  /** Prefix of erasure requests in the raw bucket. */
  static final String ERASURES = "erasures/";

  /** Prefix of logs in the operations bucket. */
  static final String LOGS = "logs/";

  /** Key of the warehouse's certificate authority in the operations bucket. */
  static final String WAREHOUSE_CA = "tls/warehouse-ca.pem";

  /** Key of the archive with R, its packages and the dashboards in the operations bucket. */
  static final String SHINY_RUNTIME = "shiny/shiny-runtime.tar.gz";

  /** A hundred years. */
  private static final int KEPT_DAYS = 36_500;

  private static final int LOG_DAYS = 30;
  private static final int OLD_VERSION_DAYS = 30;

  private final Bucket raw;
  private final Bucket operations;

  BucketsStack(Construct app) {
    super(app, "Buckets", "raw events, and the files of operations");
    CfnParameter name =
        text(
            "RawBucketName",
            "",
            "^$|^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
            "Name of the raw bucket, globally unique; empty: CloudFormation generates one");
    CfnParameter retention =
        number(
            "RawRetentionDays",
            KEPT_DAYS,
            4,
            KEPT_DAYS,
            "Days after which raw events expire; the default keeps them. A warehouse can be reloaded"
                + " from those that remain. More than the job's look-back (3 days)");
    requireClosingBefore(retention);
    CfnCondition.Builder.create(this, "RawBucketIsNamed")
        .expression(Fn.conditionNot(Fn.conditionEquals(name.getValueAsString(), "")))
        .build();
    raw =
        privateBucket("RawBucket")
            .bucketName(
                Fn.conditionIf("RawBucketIsNamed", name.getValueAsString(), Aws.NO_VALUE)
                    .toString())
            // Other storage classes take objects of 128 KB or more. Objects of one event are
            // smaller, so they expire in the standard class.
            .lifecycleRules(
                List.of(
                    LifecycleRule.builder()
                        .id("expire")
                        // An erasure request has to outlive every copy of the events.
                        .prefix(EVENTS)
                        .expiration(Duration.days(retention.getValueAsNumber()))
                        .build(),
                    // A key is written once, so an old version is an event that somebody deleted or
                    // overwrote: it can be restored for a month.
                    LifecycleRule.builder()
                        .id("forget-old-versions")
                        .noncurrentVersionExpiration(Duration.days(OLD_VERSION_DAYS))
                        .expiredObjectDeleteMarker(true)
                        .abortIncompleteMultipartUploadAfter(Duration.days(1))
                        .build()))
            .versioned(true)
            .build();
    operations =
        privateBucket("OperationsBucket")
            .lifecycleRules(
                List.of(
                    LifecycleRule.builder()
                        .id("expire-logs")
                        .prefix(LOGS)
                        .expiration(Duration.days(LOG_DAYS))
                        .build(),
                    LifecycleRule.builder()
                        .id("forget-old-versions")
                        .noncurrentVersionExpiration(Duration.days(LOG_DAYS))
                        .abortIncompleteMultipartUploadAfter(Duration.days(1))
                        .build()))
            .versioned(true)
            .build();
    letNobodyOverwriteEvents();
    letFlowLogsIn();
    for (Bucket bucket : List.of(raw, operations)) {
      explain(
          bucket,
          "AwsSolutions-S1",
          "An access log of the raw bucket would have one line per event, as large as the event."
              + " CloudTrail's data events record reads and deletions; they are the account's"
              + " choice.");
    }
    output("RawRoot", "s3a://" + raw.getBucketName() + "/events", "The job's --raw");
    output("OperationsBucketName", operations.getBucketName(), "Logs, certificate, dashboards");
  }

  private Bucket.Builder privateBucket(String id) {
    return Bucket.Builder.create(this, id)
        .encryption(BucketEncryption.S3_MANAGED)
        .enforceSsl(true)
        .minimumTlsVersion(1.2)
        .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
        .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
        .removalPolicy(RemovalPolicy.RETAIN);
  }

  /**
   * CloudFormation refuses to let raw events expire, unless their period is closed before. Else the
   * warehouse could not be loaded again, and late records of the period would change its rows.
   */
  private void requireClosingBefore(CfnParameter retention) {
    CfnParameter follows =
        text(
            "RawExpiryFollowsClosing",
            "no",
            "^(yes|no)$",
            "yes: ./clickstream close closes each period before its raw events expire. Required for"
                + " another RawRetentionDays than the default");
    CfnRule.Builder.create(this, "RawExpiresBehindTheClosing")
        .assertions(
            List.of(
                CfnRuleAssertion.builder()
                    .assertValue(
                        Fn.conditionOr(
                            Fn.conditionEquals(
                                retention.getValueAsString(), Integer.toString(KEPT_DAYS)),
                            Fn.conditionEquals(follows.getValueAsString(), "yes")))
                    .assertDescription(
                        "Raw events may expire only after their period is closed. Close periods by"
                            + " ./clickstream close --keep with fewer days than RawRetentionDays,"
                            + " and set RawExpiryFollowsClosing to yes.")
                    .build()))
        .build();
  }

  /**
   * Keys of events are written once. A PUT must say that it creates the key, and S3 then refuses
   * one that exists. The parts of a multipart upload create nothing; its completion does.
   */
  private void letNobodyOverwriteEvents() {
    raw.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .effect(Effect.DENY)
            .principals(List.of(new AnyPrincipal()))
            .actions(List.of("s3:PutObject"))
            .resources(List.of(raw.arnForObjects(EVENTS + "*")))
            .conditions(
                Map.of(
                    "Null", Map.of("s3:if-none-match", "true"),
                    "Bool", Map.of("s3:ObjectCreationOperation", "true")))
            .build());
  }

  /**
   * Lets VPC flow logs of this account write to the operations bucket, as their documentation
   * requires.
   */
  private void letFlowLogsIn() {
    ServicePrincipal delivery = new ServicePrincipal("delivery.logs.amazonaws.com");
    Map<String, Object> fromHere =
        Map.of(
            "StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID),
            "ArnLike",
                Map.of(
                    "aws:SourceArn",
                    "arn:" + Aws.PARTITION + ":logs:" + Aws.REGION + ":" + Aws.ACCOUNT_ID + ":*"));
    operations.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .effect(Effect.ALLOW)
            .principals(List.of(delivery))
            .actions(List.of("s3:GetBucketAcl"))
            .resources(List.of(operations.getBucketArn()))
            .conditions(fromHere)
            .build());
    operations.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .effect(Effect.ALLOW)
            .principals(List.of(delivery))
            .actions(List.of("s3:PutObject"))
            .resources(List.of(operations.arnForObjects(LOGS + "network/*")))
            .conditions(fromHere)
            .build());
  }

  Bucket raw() {
    return raw;
  }

  Bucket operations() {
    return operations;
  }
}
