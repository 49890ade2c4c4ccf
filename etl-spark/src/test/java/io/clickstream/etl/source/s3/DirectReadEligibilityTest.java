package io.clickstream.etl.source.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectReadEligibilityTest {

  private final Configuration configuration = new Configuration();

  @Test
  void theDefaultsOfHadoopAreEligible() throws IOException {
    assertThat(DirectReadEligibility.obstacle(configuration, "bucket")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "fs.s3a.endpoint, http://127.0.0.1:9000",
    "fs.s3a.endpoint.region, eu-west-1",
    "fs.s3a.path.style.access, true",
    "fs.s3a.proxy.host, proxy.example.org",
    "fs.s3a.encryption.algorithm, SSE-KMS",
    "fs.s3a.requester.pays.enabled, false",
    "fs.s3a.s3.client.factory.impl, org.apache.hadoop.fs.s3a.DefaultS3ClientFactory",
  })
  void settingsThatDoNotChangeAGetAreEligible(String name, String value) throws IOException {
    configuration.set(name, value);
    assertThat(DirectReadEligibility.obstacle(configuration, "bucket")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "fs.s3a.encryption.algorithm, CSE-CUSTOM",
    "fs.s3a.requester.pays.enabled, true",
    "fs.s3a.s3.client.factory.impl, com.example.Factory",
    "fs.s3a.accesspoint.arn, arn:aws:s3:eu-west-1:123456789012:accesspoint/a",
    "fs.s3a.endpoint.fips, true",
    "fs.s3a.custom.signers, Mine:com.example.Signer",
    "fs.s3a.http.signer.enabled, true",
    "fs.s3a.delegation.token.binding, com.example.Binding",
    "fs.s3a.client.s3.custom.headers, h1=v1",
    "fs.s3a.audit.execution.interceptors, com.example.Interceptor",
  })
  void settingsThatChangeAGetAreNotEligible(String name, String value) throws IOException {
    configuration.set(name, value);
    assertThat(DirectReadEligibility.obstacle(configuration, "bucket"))
        .hasValueSatisfying(
            obstacle -> assertThat(name + " " + value).containsAnyOf(obstacle.split(" ")));
  }

  @Test
  void encryptionOfOneBucketMakesOnlyThatBucketIneligible() throws IOException {
    configuration.set("fs.s3a.bucket.bucket.encryption.algorithm", "CSE-KMS");
    configuration.set("fs.s3a.bucket.bucket.encryption.key", "alias/one");
    assertThat(DirectReadEligibility.obstacle(configuration, "bucket"))
        .contains("encryption is CSE_KMS");
    assertThat(DirectReadEligibility.obstacle(configuration, "other")).isEmpty();
  }

  @Test
  void directoryBucketsAreNotEligible() throws IOException {
    assertThat(DirectReadEligibility.obstacle(configuration, "events--use1-az4--x-s3")).isPresent();
  }
}
