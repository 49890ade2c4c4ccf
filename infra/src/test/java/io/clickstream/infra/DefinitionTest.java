package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Placeholders of job definitions are all replaced, or the definition is refused. */
class DefinitionTest {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("x.json"), text);
  }

  @Test
  void placeholdersAreReplaced() throws IOException {
    Path file = file("{\"a\":\"s3://@BUCKET@/x\",\"b\":[{\"c\":\"@BUCKET@\"}],\"d\":1}");
    assertThat(Definition.read(file, Map.of("BUCKET", "$1 raw")))
        .isEqualTo(Map.of("a", "s3://$1 raw/x", "b", List.of(Map.of("c", "$1 raw")), "d", 1));
  }

  @Test
  void aPlaceholderWithoutAValueIsRefused() throws IOException {
    Path file = file("{\"a\":\"@SURPRISE@\"}");
    assertThatThrownBy(() -> Definition.read(file, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("no value for @SURPRISE@");
  }

  @Test
  void anythingButAJsonObjectIsRefused() throws IOException {
    Path file = file("[1]");
    assertThatThrownBy(() -> Definition.read(file, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no JSON object");
  }

  @Test
  void namesAreCapitalizedAtEveryDepth() {
    assertThat(
            Definition.capitalized(
                Map.of(
                    "jobDriver", Map.of("sparkSubmit", List.of(Map.of("entryPoint", "s3"), "x")))))
        .isEqualTo(
            Map.of("JobDriver", Map.of("SparkSubmit", List.of(Map.of("EntryPoint", "s3"), "x"))));
  }

  @Test
  void theDefinitionsOfBothGenerationsDifferInTheReleaseOnly() throws IOException {
    assertThat(text("glue/job-6.0.json").replace("\"6.0\"", "\"5.1\""))
        .isEqualTo(text("glue/job-5.1.json"));
    assertThat(text("emr-serverless/application-8.1.json").replace("emr-spark-8.1.0", "emr-7.13.0"))
        .isEqualTo(text("emr-serverless/application-7.json"));
  }

  private static String text(String file) throws IOException {
    return Files.readString(HOME.resolve(file));
  }
}
