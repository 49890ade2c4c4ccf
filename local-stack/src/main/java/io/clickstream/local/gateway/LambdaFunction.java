package io.clickstream.local.gateway;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a function's configuration on AWS holds.
 *
 * @param name the function's name
 * @param classpath jars of the runtime interface client and of the function, in this order
 * @param handler the handler's class
 * @param environment its environment variables, credentials included
 * @param timeout an invocation that runs longer ends with its worker
 */
public record LambdaFunction(
    String name,
    List<Path> classpath,
    String handler,
    Map<String, String> environment,
    Duration timeout) {

  /** The function that stores events. */
  public static final String INGEST = "clickstream-lambda-ingest";

  private static final String INGEST_HANDLER = "io.clickstream.ingest.IngestHandler";
  private static final Duration INGEST_TIMEOUT = Duration.ofSeconds(10);

  public LambdaFunction {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(handler, "handler");
    classpath = List.copyOf(classpath);
    environment = Map.copyOf(environment);
    if (classpath.isEmpty()) {
      throw new IllegalArgumentException("a function needs a classpath");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
  }

  /**
   * {@code clickstream-lambda-ingest}, storing on a given S3 server.
   *
   * @param classpath jars of the runtime interface client, then {@code ingest-lambda.jar}
   * @param bucket where events go
   * @param s3 the server's base address, used path-style
   * @param region that the requests are signed for
   * @param accessKeyId of the server
   * @param secretAccessKey of the server
   */
  public static LambdaFunction ingest(
      List<Path> classpath,
      String bucket,
      URI s3,
      String region,
      String accessKeyId,
      String secretAccessKey) {
    Map<String, String> environment = new HashMap<>();
    environment.put("RAW_BUCKET_NAME", bucket);
    environment.put("AWS_ENDPOINT_URL_S3", s3.toString());
    environment.put("AWS_REGION", region);
    environment.put("AWS_ACCESS_KEY_ID", accessKeyId);
    environment.put("AWS_SECRET_ACCESS_KEY", secretAccessKey);
    return new LambdaFunction(INGEST, classpath, INGEST_HANDLER, environment, INGEST_TIMEOUT);
  }

  /** Leaves the environment out: it holds credentials. */
  @Override
  public String toString() {
    return "LambdaFunction[" + name + ", " + handler + "]";
  }
}
