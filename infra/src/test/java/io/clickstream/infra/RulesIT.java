package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.s3.Bucket;

/** cdk-nag (AwsSolutions) and cfn-lint report no finding without an explanation. */
class RulesIT {

  private static final Synthesis[] PLATFORMS = {Synthesis.onEmr(), Synthesis.onGlue()};

  @Test
  void cdkNagReportsNothingUnexplained() {
    Object anything = Match.stringLikeRegexp("[\\s\\S]*");
    for (Synthesis platform : PLATFORMS) {
      for (Stack stack : platform.stacks().values()) {
        Annotations annotations = Annotations.fromStack(stack);
        annotations.hasNoError("*", anything);
        annotations.hasNoWarning("*", anything);
      }
    }
  }

  @Test
  void cdkNagReportsAnOpenBucket() {
    App app = SynthMain.app(Path.of(System.getProperty("java.io.tmpdir"), "open-bucket"), "");
    Stack stack = new Stack(app, "Open");
    new Bucket(stack, "Bucket");
    Aspects.of(app).add(AwsSolutionsChecks.Builder.create().build());
    assertThat(
            Annotations.fromStack(stack)
                .findError("*", Match.stringLikeRegexp("AwsSolutions-S10:[\\s\\S]*")))
        .hasSize(1);
  }

  @Test
  void explanationsAreSentences() {
    int explanations = 0;
    for (Synthesis platform : PLATFORMS) {
      for (JsonNode template : platform.templates().values()) {
        for (JsonNode rule : template.findValues("rules_to_suppress")) {
          for (JsonNode suppression : rule) {
            assertThat(suppression.path("reason").asText()).hasSizeGreaterThan(30).endsWith(".");
            explanations++;
          }
        }
      }
    }
    assertThat(explanations).isPositive();
  }

  @Test
  void cfnLintReportsNothing() throws IOException, InterruptedException {
    Path tools = Path.of(System.getProperty("clickstream.home"), ".clickstream/cdk-tools");
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                tools.resolve("bin/cfn-lint").toString(),
                "--non-zero-exit-code",
                "informational",
                "--"));
    for (Synthesis platform : PLATFORMS) {
      platform
          .stacks()
          .values()
          .forEach(
              stack -> command.add(platform.folder().resolve(stack.getTemplateFile()).toString()));
    }
    ProcessBuilder lint = new ProcessBuilder(command).redirectErrorStream(true);
    lint.environment()
        .putAll(Map.of("PYTHONPATH", tools.toString(), "PYTHONDONTWRITEBYTECODE", "1"));
    Process process = lint.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
