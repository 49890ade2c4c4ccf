package io.clickstream.etl.source;

import static java.util.Map.entry;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.S3AUtils;

/**
 * Tells whether the GET that S3A would send for an object is a plain one, signed in the common way:
 * whatever is set for one that is not is left to S3A. Endpoint, region, path style, credentials,
 * connections, timeouts, proxy and TLS are not asked about: S3A itself tells those.
 */
final class PlainGets {

  /** Settings that change a GET, with the values that don't. */
  private static final Map<String, Set<String>> PLAIN =
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

  /** What S3 decrypts without being told how. */
  private static final Set<String> PLAIN_ENCRYPTION =
      Set.of("NONE", "SSE_S3", "SSE_KMS", "DSSE_KMS");

  private PlainGets() {}

  /**
   * What stands against plain GETs.
   *
   * @param configuration as in force for the bucket
   */
  static Optional<String> obstacle(Configuration configuration, String bucket) throws IOException {
    // It may stand in a credential file, where S3A knows to look.
    String encryption = S3AUtils.getEncryptionAlgorithm(bucket, configuration).name();
    if (!PLAIN_ENCRYPTION.contains(encryption)) {
      return Optional.of("encryption is " + encryption);
    }
    if (bucket.endsWith("--x-s3")) {
      return Optional.of(bucket + " is a directory bucket");
    }
    return PLAIN.entrySet().stream()
        .filter(
            setting -> !setting.getValue().contains(configuration.getTrimmed(setting.getKey(), "")))
        .map(setting -> setting.getKey() + " is set")
        .findFirst();
  }
}
