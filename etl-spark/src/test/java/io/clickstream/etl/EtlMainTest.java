package io.clickstream.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.cli.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtlMainTest {

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--help=true", "--help true", "--colour red --help"})
  void helpIsPrintedAndTheProcessEndsWell(String line) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      // A wrong status would end this JVM.
      EtlMain.main(line.split(" "));
    } finally {
      System.setOut(before);
    }
    assertThat(out.toString(StandardCharsets.UTF_8).strip()).isEqualTo(EtlOptions.usage());
  }

  @Test
  void helpHasNoOtherValue() {
    assertThatThrownBy(() -> EtlMain.run("--help=maybe"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--help is 'maybe'");
  }

  @Test
  void wrongArgumentsFailBeforeAnythingStarts() {
    assertThatThrownBy(() -> EtlMain.run(new String[] {"--raw", "x"}, Map.of(), line -> {}))
        .isInstanceOf(UsageException.class);
  }
}
