package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The jar that is deployed. */
class DeployableIT {

  private static final Path JAR =
      Path.of(System.getProperty("clickstream.target", "target"), "ingest-lambda.jar");
  private static final long MOST_BYTES = 15_000_000;

  @Test
  void itIsSmall() throws IOException {
    assertThat(Files.size(JAR)).isLessThan(MOST_BYTES);
  }

  @Test
  void itHoldsWhatItNeedsAndNothingBesides() throws IOException {
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
        .noneMatch(name -> name.startsWith("software/amazon/awssdk/services/"))
        // No HTTP client but the JDK's.
        .noneMatch(name -> name.contains("/apache") || name.contains("netty"));
  }
}
