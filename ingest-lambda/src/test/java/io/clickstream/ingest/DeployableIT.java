package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class DeployableIT {

  private static final Path JAR =
      Path.of(System.getProperty("clickstream.target", "target"), "ingest-lambda.jar");
  private static final long MAX_BYTES = 15_000_000;

  @Test
  void theJarIsSmall() throws IOException {
    assertThat(Files.size(JAR)).isLessThan(MAX_BYTES);
  }

  @Test
  void theJarHoldsOnlyTheFunctionAndItsDependencies() throws IOException {
    Set<String> packages = new TreeSet<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      jar.stream()
          .filter(entry -> entry.getName().endsWith(".class"))
          .filter(entry -> !entry.getName().startsWith("META-INF/"))
          .forEach(entry -> packages.add(entry.getName().split("/[^/]+$")[0]));
    }

    assertThat(packages)
        .contains("io/clickstream/ingest", "io/clickstream/event", "org/crac")
        .allMatch(
            name ->
                name.startsWith("io/clickstream/")
                    || name.startsWith("com/amazonaws/services/lambda/runtime")
                    || name.startsWith("com/fasterxml/jackson/core")
                    || name.startsWith("org/crac")
                    || name.startsWith("org/reactivestreams")
                    || name.startsWith("org/slf4j")
                    || name.startsWith("software/amazon/awssdk/"))
        .filteredOn(name -> name.startsWith("software/amazon/awssdk/services/"))
        .allMatch(name -> name.startsWith("software/amazon/awssdk/services/s3"));
    // The only HTTP client is the JDK's.
    assertThat(packages).noneMatch(name -> name.contains("/apache") || name.contains("netty"));
  }
}
