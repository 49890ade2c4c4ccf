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
 * @param program command line of another runtime that polls the Runtime API; empty for AWS's Java
 *     runtime interface client
 */
public record LambdaFunction(
    String name,
    List<Path> classpath,
    String handler,
    Map<String, String> environment,
    Duration timeout,
    List<String> program) {

  /** The function that stores events. */
  public static final String INGEST = "clickstream-lambda-ingest";

  private static final String INGEST_HANDLER = "io.clickstream.ingest.IngestHandler";
  private static final String INITIALIZATION = "AWS_LAMBDA_INITIALIZATION_TYPE";
  private static final String SNAP_START = "snap-start";
  private static final Duration INGEST_TIMEOUT = Duration.ofSeconds(10);

  public LambdaFunction {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(handler, "handler");
    classpath = List.copyOf(classpath);
    environment = Map.copyOf(environment);
    program = List.copyOf(program);
    if (classpath.isEmpty() && program.isEmpty()) {
      throw new IllegalArgumentException("a function needs a classpath");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
  }

  /** In AWS's Java runtime interface client. */
  public LambdaFunction(
      String name,
      List<Path> classpath,
      String handler,
      Map<String, String> environment,
      Duration timeout) {
    this(name, classpath, handler, environment, timeout, List.of());
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
   * @param settings further environment variables of the function, such as {@code ALLOWED_ORIGINS}
   */
  public static LambdaFunction ingest(
      List<Path> classpath,
      String bucket,
      URI s3,
      String region,
      String accessKeyId,
      String secretAccessKey,
      Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("RAW_BUCKET_NAME", bucket);
    environment.put("AWS_ENDPOINT_URL_S3", s3.toString());
    environment.put("AWS_REGION", region);
    environment.put("AWS_ACCESS_KEY_ID", accessKeyId);
    environment.put("AWS_SECRET_ACCESS_KEY", secretAccessKey);
    return new LambdaFunction(INGEST, classpath, INGEST_HANDLER, environment, INGEST_TIMEOUT);
  }

  /** Whether its processes run the hooks around a snapshot, as with SnapStart. */
  boolean isSnapStart() {
    return SNAP_START.equals(environment.get(INITIALIZATION));
  }

  /** The same with another environment variable. */
  public LambdaFunction with(String variable, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(variable, value);
    return new LambdaFunction(name, classpath, handler, changed, timeout, program);
  }

  /** The same environment around another program. */
  public LambdaFunction as(String otherName, List<String> otherProgram) {
    return new LambdaFunction(otherName, classpath, handler, environment, timeout, otherProgram);
  }

  /** Leaves the environment out: it holds credentials. */
  @Override
  public String toString() {
    return "LambdaFunction[" + name + ", " + handler + "]";
  }
}
