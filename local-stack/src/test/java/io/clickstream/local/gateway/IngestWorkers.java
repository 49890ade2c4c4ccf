package io.clickstream.local.gateway;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The deployable function in the real runtime interface client, as the build left them. */
final class IngestWorkers {

  static final String BUCKET = "clickstream-s3-ingest";

  private static final Path CLIENT_JARS = Path.of("target", "ric");
  private static final Path FUNCTION_JAR =
      Path.of("..", "ingest-lambda", "target", "ingest-lambda.jar");

  private IngestWorkers() {}

  static LambdaFunction storingOn(URI s3) throws IOException {
    return storingOn(s3, Map.of());
  }

  /** With further environment variables. */
  static LambdaFunction storingOn(URI s3, Map<String, String> settings) throws IOException {
    return LambdaFunction.ingest(
        classpath(), BUCKET, s3, "ap-southeast-1", "local-key", "local-secret", settings);
  }

  static List<Path> classpath() throws IOException {
    List<Path> classpath = new ArrayList<>();
    try (Stream<Path> jars = Files.list(CLIENT_JARS)) {
      jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().forEach(classpath::add);
    }
    classpath.add(FUNCTION_JAR);
    return classpath;
  }
}
