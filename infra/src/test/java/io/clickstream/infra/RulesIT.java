package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.s3.Bucket;

/** cdk-nag (AwsSolutions) and cfn-lint report no finding without an explanation. */
class RulesIT {

  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));
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

  /**
   * The second set of rules: cfn-guard with those of AWS Control Tower. {@code
   * infra/tools/guard-exceptions.json} gives a reason for each rule that the templates break on
   * purpose.
   */
  @Test
  void cfnGuardReportsNothingUnexplained() throws IOException, InterruptedException {
    Set<String> broken = new TreeSet<>();
    int kept = 0;
    for (Synthesis platform : PLATFORMS) {
      JsonNode reports = guard(platform.folder());
      for (JsonNode report : reports) {
        kept += report.path("compliant").size();
        report.path("not_compliant").forEach(rule -> broken.add(rule.at("/Rule/name").asText()));
      }
    }
    JsonNode explained =
        new ObjectMapper().readTree(HOME.resolve("infra/tools/guard-exceptions.json").toFile());
    // A reason for a rule that is kept would hide a later finding.
    assertThat(broken)
        .containsExactlyInAnyOrderElementsOf(
            explained.properties().stream().map(Map.Entry::getKey).toList());
    assertThat(explained).allMatch(reason -> reason.asText().endsWith("."));
    assertThat(kept).isGreaterThan(30);
  }

  @Test
  void cfnGuardReportsAnOpenBucket(@TempDir Path folder) throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("open.template.json"),
        "{\"Resources\":{\"Open\":{\"Type\":\"AWS::S3::Bucket\",\"Properties\":{}}}}");
    assertThat(guard(folder).findValuesAsText("name"))
        .contains("s3_bucket_level_public_access_prohibited_check");
  }

  private static JsonNode guard(Path templates) throws IOException, InterruptedException {
    Path guard = HOME.resolve(".clickstream/cdk-tools/cfn-guard");
    Path program;
    try (Stream<Path> files = Files.walk(guard.resolve("bin"))) {
      program =
          files
              .filter(file -> file.endsWith("cfn-guard"))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow();
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "validate",
                "--rules",
                guard.resolve("rules/control-tower/cfn-guard").toString(),
                "--structured",
                "--output-format",
                "json",
                "--show-summary",
                "none",
                "--data"));
    try (Stream<Path> files = Files.list(templates)) {
      files
          .filter(file -> file.toString().endsWith(".template.json"))
          .forEach(file -> command.add(file.toString()));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    JsonNode reports = new ObjectMapper().readTree(process.getInputStream());
    // 19: the program works, and rules are broken.
    assertThat(process.waitFor()).isIn(0, 19);
    return reports;
  }

  /** Every action exists, has the condition keys, and applies to the resources of its statement. */
  @Test
  void parliamentFindsNoFaultInThePolicies(@TempDir Path folder)
      throws IOException, InterruptedException {
    Map<String, String> policies = new TreeMap<>();
    for (Synthesis platform : PLATFORMS) {
      PolicyDocuments.of(platform)
          .forEach(
              (name, text) -> policies.put(platform.folder().getFileName() + " " + name, text));
    }
    assertThat(policies).hasSizeGreaterThan(10);
    Path file = folder.resolve("policies.json");
    new ObjectMapper().writeValue(file.toFile(), policies);
    // These statements are those of AWS's managed policies for the agent and for Glue.
    assertThat(parliament(file))
        .hasSize(4)
        .allMatch(
            finding ->
                finding.matches(
                    ".*HostRoleDefaultPolicy\\w+ RESOURCE_STAR \\['ssm:DescribeDocument',"
                        + " 'ssm:GetDocument', 'ssm:UpdateAssociationStatus',"
                        + " 'ssm:UpdateInstanceAssociationStatus'\\]|GLUE\\S* \\S*JobRole\\S*"
                        + " RESOURCE_STAR \\['ec2:DescribeVpcAttribute'\\]"));
    policies.clear();
    policies.put(
        "wrong",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:PutObjects\","
            + "\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Action\":\"s3:PutObject\","
            + "\"Resource\":\"arn:aws:s3:::bucket\"}]}");
    new ObjectMapper().writeValue(file.toFile(), policies);
    assertThat(parliament(file)).hasSize(2);
  }

  private static List<String> parliament(Path policies) throws IOException, InterruptedException {
    String program =
        """
        import json, sys, warnings
        warnings.simplefilter("ignore")
        import parliament
        for name, text in json.load(open(sys.argv[1])).items():
            for finding in parliament.analyze_policy_string(text).findings:
                print(name, finding.issue, finding.detail)
        """;
    ProcessBuilder builder =
        new ProcessBuilder("python3", "-c", program, policies.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .putAll(
            Map.of(
                "PYTHONPATH",
                HOME.resolve(".clickstream/cdk-tools").toString(),
                "PYTHONDONTWRITEBYTECODE",
                "1"));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.lines().toList();
  }
}
