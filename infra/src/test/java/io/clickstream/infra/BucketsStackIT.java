package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Buckets are private, require TLS, and expire raw events after a parameter's number of days. */
class BucketsStackIT {

  private final StackTemplate buckets = Synthesis.onEmr().template("Buckets");

  @Test
  void bothBucketsArePrivateEncryptedAndKept() {
    Map<String, JsonNode> all = buckets.resources("AWS::S3::Bucket");
    assertThat(all).hasSize(2);
    for (JsonNode bucket : all.values()) {
      for (String block :
          new String[] {
            "BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"
          }) {
        assertThat(bucket.at("/Properties/PublicAccessBlockConfiguration/" + block).asBoolean())
            .as(block)
            .isTrue();
      }
      assertThat(
              bucket
                  .at(
                      "/Properties/BucketEncryption/ServerSideEncryptionConfiguration/0"
                          + "/ServerSideEncryptionByDefault/SSEAlgorithm")
                  .asText())
          .isEqualTo("AES256");
      assertThat(bucket.at("/Properties/OwnershipControls/Rules/0/ObjectOwnership").asText())
          .isEqualTo("BucketOwnerEnforced");
      assertThat(bucket.path("DeletionPolicy").asText()).isEqualTo("Retain");
      assertThat(bucket.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
    }
  }

  @Test
  void rawEventsExpireByParameterAndChangeNoStorageClass() {
    JsonNode raw = raw();
    JsonNode rules = raw.at("/LifecycleConfiguration/Rules");
    assertThat(rules).hasSize(2);
    assertThat(raw.at("/VersioningConfiguration/Status").asText()).isEqualTo("Enabled");
    assertThat(rules.at("/1/NoncurrentVersionExpiration/NoncurrentDays").asInt()).isEqualTo(30);
    assertThat(rules.at("/1/ExpiredObjectDeleteMarker").asBoolean()).isTrue();
    assertThat(rules.at("/0/Status").asText()).isEqualTo("Enabled");
    assertThat(rules.at("/0/ExpirationInDays/Ref").asText()).isEqualTo("RawRetentionDays");
    assertThat(rules.at("/0/Prefix").asText()).isEqualTo("events/");
    assertThat(rules.at("/1").has("Prefix")).isFalse();
    assertThat(rules.toString()).doesNotContain("Transition");
    assertThat(buckets.parameter("RawRetentionDays").path("Default").asInt()).isEqualTo(36_500);
    // The look-back is three days: events that expired earlier would never be loaded.
    assertThat(buckets.parameter("RawRetentionDays").path("MinValue").asInt()).isEqualTo(4);
  }

  @Test
  void rawEventsExpireOnlyBehindTheClosing() {
    JsonNode rule = buckets.json().at("/Rules/RawExpiresBehindTheClosing/Assertions/0");
    assertThat(rule.path("Assert").toString())
        .isEqualTo(
            "{\"Fn::Or\":[{\"Fn::Equals\":[{\"Ref\":\"RawRetentionDays\"},\"36500\"]},"
                + "{\"Fn::Equals\":[{\"Ref\":\"RawExpiryFollowsClosing\"},\"yes\"]}]}");
    assertThat(buckets.parameter("RawExpiryFollowsClosing").path("Default").asText())
        .isEqualTo("no");
  }

  @Test
  void theRawBucketsNameIsAParameterOrMadeUp() {
    assertThat(raw().path("BucketName").toString())
        .isEqualTo(
            "{\"Fn::If\":[\"RawBucketIsNamed\",{\"Ref\":\"RawBucketName\"},{\"Ref\":\"AWS::NoValue\"}]}");
  }

  @Test
  void eachBucketHasAPolicy() {
    assertThat(buckets.properties("AWS::S3::BucketPolicy")).hasSize(2);
  }

  @Test
  void logsExpire() {
    String id = buckets.id("AWS::S3::Bucket", "OperationsBucket");
    JsonNode rule =
        buckets
            .resources("AWS::S3::Bucket")
            .get(id)
            .at("/Properties/LifecycleConfiguration/Rules/0");
    assertThat(rule.path("Prefix").asText()).isEqualTo("logs/");
    assertThat(rule.path("ExpirationInDays").asInt()).isEqualTo(30);
  }

  private JsonNode raw() {
    return buckets
        .resources("AWS::S3::Bucket")
        .get(buckets.id("AWS::S3::Bucket", "RawBucket"))
        .path("Properties");
  }
}
