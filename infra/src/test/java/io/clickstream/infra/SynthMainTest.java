package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SynthMainTest {

  private static final Path HOME = Path.of("/home");

  @Test
  void theDefaultIsEmrWithSpark41WithoutOptionalStacks() {
    assertThat(SynthMain.parse(HOME))
        .isEqualTo(new PlatformOptions(HOME, Engine.EMR, SparkGeneration.SPARK_4_1, "", Set.of()));
  }

  @Test
  void optionsChangeTheShape() {
    assertThat(
            SynthMain.parse(
                HOME,
                "--engine",
                "glue",
                "--spark",
                "3.5",
                "--with",
                "oltp,web",
                "--environment",
                "dev"))
        .isEqualTo(
            new PlatformOptions(
                HOME,
                Engine.GLUE,
                SparkGeneration.SPARK_3_5,
                "dev",
                Set.of(OptionalStack.OLTP, OptionalStack.WEB)));
  }

  @Test
  void wrongOptionsAreRefused() {
    Map<String[], String> wrong =
        Map.of(
            new String[] {"--engine", "flink"},
                "Cannot use --engine flink: the engines are emr and glue.",
            new String[] {"--spark", "2.4"},
                "Cannot use --spark 2.4: the generations are 4.1 and 3.5.",
            new String[] {"--with", "x"},
                "Cannot use --with x: the optional stacks are stream, packs, oltp, auth, web and edge.",
            new String[] {"--surprise", "x"},
                "Cannot use --surprise: there is no such option. Use --help.",
            new String[] {"--engine"}, "Cannot read --engine: it needs a value.");
    wrong.forEach(
        (line, message) ->
            assertThatThrownBy(() -> SynthMain.parse(HOME, line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message));
  }
}
