package io.clickstream.etl.source.s3;

import static java.util.Map.entry;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.S3AUtils;

/**
 * Decides whether a direct GET has the same result as the GET of S3A. Settings for another kind of
 * GET make a bucket ineligible. Endpoint, region, path style, credentials, connections, timeouts,
 * proxy and TLS do not, since S3A itself supplies them to {@link SignedGets}.
 */
final class DirectReadEligibility {

  /** Settings that change a GET, each with the values that do not change it. */
  private static final Map<String, Set<String>> ELIGIBLE =
      new TreeMap<>(
          Map.ofEntries(
              entry(
                  "fs.s3a.s3.client.factory.impl",
                  Set.of("", "org.apache.hadoop.fs.s3a.DefaultS3ClientFactory")),
              entry("fs.s3a.accesspoint.arn", Set.of("")),
              entry("fs.s3a.accesspoint.required", Set.of("", "false")),
              entry("fs.s3a.access.grants.enabled", Set.of("", "false")),
              entry("fs.s3a.endpoint.fips", Set.of("", "false")),
              entry("fs.s3a.requester.pays.enabled", Set.of("", "false")),
              entry("fs.s3a.checksum.validation", Set.of("", "false")),
              entry("fs.s3a.custom.signers", Set.of("")),
              entry("fs.s3a.signing-algorithm", Set.of("")),
              entry("fs.s3a.s3.signing-algorithm", Set.of("")),
              entry("fs.s3a.http.signer.enabled", Set.of("", "false")),
              entry("fs.s3a.delegation.token.binding", Set.of("")),
              entry("fs.s3a.audit.execution.interceptors", Set.of("")),
              entry("fs.s3a.client.s3.custom.headers", Set.of("")),
              entry("fs.s3a.input.stream.custom.factory", Set.of(""))));

  /** Encryption that S3 undoes without a key in the request. */
  private static final Set<String> ELIGIBLE_ENCRYPTION =
      Set.of("NONE", "SSE_S3", "SSE_KMS", "DSSE_KMS");

  private DirectReadEligibility() {}

  /**
   * Returns the reason why a bucket is not eligible, if there is one.
   *
   * @param configuration with the settings of the bucket
   */
  static Optional<String> obstacle(Configuration configuration, String bucket) throws IOException {
    // Read by S3A, because a credential file may hold it.
    String encryption = S3AUtils.getEncryptionAlgorithm(bucket, configuration).name();
    if (!ELIGIBLE_ENCRYPTION.contains(encryption)) {
      return Optional.of("encryption is " + encryption);
    }
    if (bucket.endsWith("--x-s3")) {
      return Optional.of(bucket + " is a directory bucket");
    }
    return ELIGIBLE.entrySet().stream()
        .filter(
            setting -> !setting.getValue().contains(configuration.getTrimmed(setting.getKey(), "")))
        .map(setting -> setting.getKey() + " is set")
        .findFirst();
  }
}
