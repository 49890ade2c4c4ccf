package io.clickstream.it.gateway;

import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.servers.Home;
import java.net.URI;
import java.util.Map;

/** The deployable ingest function in AWS's runtime interface client, as the build left them. */
final class IngestWorkers {

  static final String BUCKET = "clickstream-s3-ingest";

  private IngestWorkers() {}

  static LambdaFunction storingOn(URI s3) {
    return storingOn(s3, Map.of());
  }

  /** The function with further environment variables. */
  static LambdaFunction storingOn(URI s3, Map<String, String> settings) {
    return LambdaFunction.ingest(
        Home.find().ingestLambda(),
        BUCKET,
        s3,
        "ap-southeast-1",
        "local-key",
        "local-secret",
        settings);
  }
}
