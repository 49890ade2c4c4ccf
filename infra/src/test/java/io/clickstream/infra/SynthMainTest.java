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
  void theDefaultIsEmrWithSpark41AndNothingOptional() {
    assertThat(SynthMain.parse(HOME))
        .isEqualTo(new PlatformOptions(HOME, Engine.EMR, SparkGeneration.SPARK_4_1, Set.of()));
  }

  @Test
  void optionsChangeTheShape() {
    assertThat(SynthMain.parse(HOME, "--engine", "glue", "--spark", "3.5", "--with", "oltp,web"))
        .isEqualTo(
            new PlatformOptions(
                HOME,
                Engine.GLUE,
                SparkGeneration.SPARK_3_5,
                Set.of(OptionalStack.OLTP, OptionalStack.WEB)));
  }

  @Test
  void wrongOptionsAreRefused() {
    Map<String[], String> wrong =
        Map.of(
            new String[] {"--engine", "flink"}, "synth: --engine is emr or glue, not 'flink'",
            new String[] {"--spark", "2.4"}, "synth: --spark is 4.1 or 3.5, not '2.4'",
            new String[] {"--with", "x"}, "synth: --with knows oltp, auth and web, not 'x'",
            new String[] {"--surprise", "x"}, "synth: unknown option --surprise",
            new String[] {"--engine"}, "synth: --engine needs a value");
    wrong.forEach(
        (line, message) ->
            assertThatThrownBy(() -> SynthMain.parse(HOME, line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message));
  }
}
