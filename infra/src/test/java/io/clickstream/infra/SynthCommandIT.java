package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs {@code ./clickstream synth} as a user does. */
class SynthCommandIT {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  /** Exit status and output of the command. */
  private record Ended(int status, String out) {}

  private static Ended synth(String... arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(HOME.resolve("clickstream").toString(), "synth"));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("CLICKSTREAM_NO_BUILD", "yes");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out);
  }

  @Test
  void writesTheTemplatesAndPrintsTheirPaths() throws Exception {
    Ended ended = synth();
    assertThat(ended.status()).as(ended.out()).isZero();
    // The output has nothing else, such as a warning of CDK.
    List<String> lines = ended.out().lines().toList();
    assertThat(lines)
        .containsExactly(
            "infra/cdk.out/Clickstream-Buckets.template.json",
            "infra/cdk.out/Clickstream-Network.template.json",
            "infra/cdk.out/Clickstream-Ingest.template.json",
            "infra/cdk.out/Clickstream-Warehouse.template.json",
            "infra/cdk.out/Clickstream-Etl.template.json",
            "infra/cdk.out/Clickstream-Observability.template.json");
    for (String template : lines) {
      assertThat(HOME.resolve(template)).isRegularFile();
    }
    // The assets are both jars and the folder of the host.
    try (Stream<Path> assets = Files.list(HOME.resolve("infra/cdk.out"))) {
      assertThat(assets.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.startsWith("asset."))
          .hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void wrongArgumentsHaveExitStatus2AndOneLine() throws Exception {
    Ended ended = synth("--engine", "flink");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out())
        .isEqualTo("clickstream: Cannot use --engine flink: the engines are emr and glue.\n");
  }
}
