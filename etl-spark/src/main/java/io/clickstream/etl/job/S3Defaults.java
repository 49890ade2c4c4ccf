package io.clickstream.etl.job;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Sets what S3A needs beyond Spark's own configuration. */
final class S3Defaults {

  private S3Defaults() {}

  /**
   * Sets the region, the endpoint and the scheme {@code s3://}.
   *
   * @param region region of S3, if the arguments give one
   * @return the configuration
   */
  static Configuration set(Configuration configuration, Optional<String> region) {
    region.ifPresent(name -> configuration.set("fs.s3a.endpoint.region", name));
    useEndpointOfEnvironment(configuration);
    // On AWS, s3:// is S3A since EMR 7.10 and Glue 5.1; elsewhere the scheme is not defined.
    configuration.setIfUnset("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    return configuration;
  }

  /** Uses the AWS SDKs' variable for another S3 server, which S3A ignores. */
  private static void useEndpointOfEnvironment(Configuration configuration) {
    String endpoint =
        System.getenv().getOrDefault("AWS_ENDPOINT_URL_S3", System.getenv("AWS_ENDPOINT_URL"));
    if (endpoint == null || configuration.get("fs.s3a.endpoint", "").length() > 0) {
      return;
    }
    configuration.set("fs.s3a.endpoint", endpoint);
    configuration.set("fs.s3a.path.style.access", "true");
    configuration.set(
        "fs.s3a.endpoint.region", System.getenv().getOrDefault("AWS_REGION", "us-east-1"));
  }
}
