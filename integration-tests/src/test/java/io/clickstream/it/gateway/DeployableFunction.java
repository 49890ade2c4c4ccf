package io.clickstream.it.gateway;

import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.servers.Home;
import java.net.URI;
import java.util.Map;

/** The deployable ingest function in AWS's runtime interface client, as the build left them. */
final class DeployableFunction {

  static final String BUCKET = "clickstream-s3-ingest";

  private DeployableFunction() {}

  static LambdaFunction storingOn(URI s3) {
    return storingOn(s3, Map.of());
  }

  /** Returns the function with further environment variables. */
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
