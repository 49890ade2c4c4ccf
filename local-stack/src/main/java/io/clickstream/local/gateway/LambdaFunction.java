package io.clickstream.local.gateway;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The configuration of a Lambda function.
 *
 * @param name the function's name
 * @param classpath the jars of the runtime interface client and of the function, in this order
 * @param handler the class of the handler
 * @param environment the environment variables, with the credentials
 * @param timeout the time after which an invocation is ended, with its process
 * @param program the command line of another runtime that polls the Runtime API; empty for AWS's
 *     Java runtime interface client
 */
public record LambdaFunction(
    String name,
    List<Path> classpath,
    String handler,
    Map<String, String> environment,
    Duration timeout,
    List<String> program) {

  /** The name of the function that stores events. */
  public static final String INGEST = "clickstream-lambda-ingest";

  /** The name of the function that writes batches of the stream. */
  public static final String STREAM_WRITER = "clickstream-lambda-stream-writer";

  private static final String STREAM_WRITER_HANDLER = "io.clickstream.ingest.StreamWriterHandler";
  private static final Duration STREAM_WRITER_TIMEOUT = Duration.ofSeconds(20);
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
      throw new IllegalArgumentException(
          "Cannot create " + name + ": it has neither a classpath nor a program. Give one.");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "Cannot create " + name + ": " + timeout + " is not a timeout. Use a positive time.");
    }
  }

  /** Creates the configuration of a function in AWS's Java runtime interface client. */
  public LambdaFunction(
      String name,
      List<Path> classpath,
      String handler,
      Map<String, String> environment,
      Duration timeout) {
    this(name, classpath, handler, environment, timeout, List.of());
  }

  /**
   * Returns the configuration of {@code clickstream-lambda-ingest} with an S3 server.
   *
   * @param classpath the jars of the runtime interface client, then {@code ingest-lambda.jar}
   * @param bucket the bucket for raw objects
   * @param s3 the server's address, used path-style
   * @param region the region for signatures
   * @param accessKeyId the key id of the server's user
   * @param secretAccessKey the key of the server's user
   * @param settings further environment variables, such as {@code ALLOWED_ORIGINS}
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

  /**
   * Returns the configuration of {@code clickstream-lambda-stream-writer} of the same jar, with the
   * store of this function.
   */
  public LambdaFunction streamWriter() {
    Map<String, String> store = new HashMap<>(environment);
    store
        .keySet()
        .retainAll(
            Set.of(
                "RAW_BUCKET_NAME",
                "AWS_ENDPOINT_URL_S3",
                "AWS_REGION",
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY"));
    return new LambdaFunction(
        STREAM_WRITER, classpath, STREAM_WRITER_HANDLER, store, STREAM_WRITER_TIMEOUT);
  }

  /** Returns this configuration with a stream in front of the store. */
  public LambdaFunction puttingOn(String stream, URI kinesis) {
    return with("STREAM_NAME", stream).with("AWS_ENDPOINT_URL_KINESIS", kinesis.toString());
  }

  /** Returns true when the processes run the hooks of SnapStart. */
  boolean isSnapStart() {
    return SNAP_START.equals(environment.get(INITIALIZATION));
  }

  /** Returns this configuration with one more environment variable. */
  public LambdaFunction with(String variable, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(variable, value);
    return new LambdaFunction(name, classpath, handler, changed, timeout, program);
  }

  /** Returns a function of another name and program with the same environment. */
  public LambdaFunction as(String otherName, List<String> otherProgram) {
    return new LambdaFunction(otherName, classpath, handler, environment, timeout, otherProgram);
  }

  /** Returns name and handler; the environment holds credentials. */
  @Override
  public String toString() {
    return "LambdaFunction[" + name + ", " + handler + "]";
  }
}
