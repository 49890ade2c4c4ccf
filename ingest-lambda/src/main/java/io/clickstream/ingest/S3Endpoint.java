package io.clickstream.ingest;

import java.net.URI;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Where a bucket's objects are.
 *
 * @param base of every object's address; ends in a slash
 * @param region that requests are signed for
 */
record S3Endpoint(URI base, String region) {

  /**
   * Of the configured server, else of AWS; there the bucket's own host, where its name can be one.
   */
  static S3Endpoint of(Settings settings) {
    String bucket = settings.bucket();
    String region = settings.region();
    URI base =
        settings
            .endpoint()
            .map(server -> URI.create(withoutSlash(server) + "/" + bucket + "/"))
            .orElseGet(() -> onAws(bucket, region));
    return new S3Endpoint(base, region);
  }

  private static URI onAws(String bucket, String region) {
    String suffix = PartitionMetadata.of(Region.of(region)).dnsSuffix();
    // A dot in the name is one that the server's certificate doesn't cover.
    return bucket.contains(".")
        ? URI.create("https://s3.%s.%s/%s/".formatted(region, suffix, bucket))
        : URI.create("https://%s.s3.%s.%s/".formatted(bucket, region, suffix));
  }

  private static String withoutSlash(URI server) {
    String text = server.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** An object's address; our keys have no character that is escaped. */
  URI of(String key) {
    return base.resolve(key);
  }
}
