package io.clickstream.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
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
 * The raw bucket, which holds events and nothing else, and the operations bucket for what running
 * the platform leaves and needs: logs of the job and of the network, the warehouse's certificate
 * authority, the dashboards' runtime.
 */
final class BucketsStack extends PlatformStack {

  /** Where events are, in the raw bucket. */
  static final String EVENTS = "events/";

  /** Logs, in the operations bucket. */
  static final String LOGS = "logs/";

  /** The warehouse's certificate authority, in the operations bucket. */
  static final String WAREHOUSE_CA = "tls/warehouse-ca.pem";

  /** R, its packages and the dashboards, in the operations bucket. */
  static final String SHINY_RUNTIME = "shiny/shiny-runtime.tar.gz";

  private static final int LOG_DAYS = 30;

  private final Bucket raw;
  private final Bucket operations;

  BucketsStack(Construct app) {
    super(app, "Buckets", "raw events, and what operations need");
    CfnParameter name =
        text(
            "RawBucketName",
            "",
            "^$|^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
            "Name of the raw bucket, unique in the world; empty: CloudFormation makes one up");
    CfnParameter retention =
        number(
            "RawRetentionDays",
            400,
            4,
            36_500,
            "Days after which raw events expire; a warehouse can be loaded anew from those that are"
                + " left. More than the job looks back (3 days)");
    CfnCondition.Builder.create(this, "RawBucketIsNamed")
        .expression(Fn.conditionNot(Fn.conditionEquals(name.getValueAsString(), "")))
        .build();
    raw =
        privateBucket("RawBucket")
            .bucketName(
                Fn.conditionIf("RawBucketIsNamed", name.getValueAsString(), Aws.NO_VALUE)
                    .toString())
            // One-event objects are smaller than the 128 KB from which other storage classes take
            // them: they expire where they are.
            .lifecycleRules(
                List.of(
                    LifecycleRule.builder()
                        .id("expire")
                        .expiration(Duration.days(retention.getValueAsNumber()))
                        .build()))
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
    letFlowLogsIn();
    for (Bucket bucket : List.of(raw, operations)) {
      explain(
          bucket,
          "AwsSolutions-S1",
          "An access log of the raw bucket would hold a line for each event, as large as the event."
              + " Who reads or deletes is told by CloudTrail's data events, which are the account's"
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

  /** As VPC flow logs to S3 ask for it, for this account only. */
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
