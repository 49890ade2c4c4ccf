package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.infra.policy.Intrinsics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two environments in one account and region share no name. */
class EnvironmentsIT {

  /** Properties that CloudFormation uses as the physical name of a resource. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("AWS::ApiGatewayV2::Api", "Name"),
          Map.entry("AWS::Lambda::Function", "FunctionName"),
          Map.entry("AWS::Kinesis::Stream", "Name"),
          Map.entry("AWS::Logs::LogGroup", "LogGroupName"),
          Map.entry("AWS::Logs::ResourcePolicy", "PolicyName"),
          Map.entry("AWS::SQS::Queue", "QueueName"),
          Map.entry("AWS::Scheduler::Schedule", "Name"),
          Map.entry("AWS::EMRServerless::Application", "Name"),
          Map.entry("AWS::Glue::Job", "Name"),
          Map.entry("AWS::SSM::Association", "AssociationName"),
          Map.entry("AWS::CloudWatch::Alarm", "AlarmName"),
          Map.entry("AWS::CloudWatch::Dashboard", "DashboardName"),
          Map.entry("AWS::SNS::Topic", "TopicName"),
          Map.entry("AWS::Budgets::Budget", "Budget/BudgetName"),
          Map.entry("AWS::Glue::Connection", "ConnectionInput/Name"));

  private static Set<String> names(Synthesis platform) {
    Intrinsics intrinsics = new Intrinsics(platform.templates());
    Set<String> names = new TreeSet<>();
    platform
        .templates()
        .forEach(
            (stack, template) -> {
              for (JsonNode resource : template.path("Resources")) {
                String type = resource.path("Type").asText();
                if (NAMES.containsKey(type)) {
                  JsonNode name = resource.at("/Properties/" + NAMES.get(type));
                  assertThat(name.isMissingNode()).as("%s without a name", type).isFalse();
                  names.add(type + " " + intrinsics.resolve(stack, name));
                }
                // Environments would share a namespace of metrics as they would share a name.
                for (JsonNode namespace : resource.findValues("MetricNamespace")) {
                  names.add("namespace " + namespace.asText());
                }
              }
            });
    return names;
  }

  @Test
  void theNamesOfTwoEnvironmentsDiffer() {
    Set<String> main = names(Synthesis.onEmr());
    Set<String> dev = names(Synthesis.onGlue());
    assertThat(main).hasSizeGreaterThan(25).doesNotContainAnyElementsOf(dev);
    assertThat(dev).allMatch(name -> name.contains("-dev"));
  }

  @Test
  void theStacksOfTwoEnvironmentsHaveOtherNames() {
    assertThat(Synthesis.onGlue().stacks().get("Clickstream-Etl").getStackName())
        .isEqualTo("Clickstream-dev-Etl");
    assertThat(Synthesis.onEmr().stacks().get("Clickstream-Etl").getStackName())
        .isEqualTo("Clickstream-Etl");
  }

  @Test
  void theHostSendsMetricsInTheNamespaceOfItsEnvironmentOnly() {
    assertThat(installation(Synthesis.onEmr())).contains(" Clickstream/Warehouse\"");
    assertThat(installation(Synthesis.onGlue())).contains(" Clickstream-dev/Warehouse\"");
    assertThat(Synthesis.onGlue().templates().get("Clickstream-Warehouse").toString())
        .contains("\"cloudwatch:namespace\":\"Clickstream-dev/Warehouse\"");
  }

  private static String installation(Synthesis platform) {
    return platform
        .template("Warehouse")
        .only("AWS::SSM::Association")
        .at("/Parameters/commands")
        .toString();
  }

  @Test
  void resourcesAreTaggedWithTheirEnvironment() {
    assertThat(tags(Synthesis.onEmr())).contains("{\"Key\":\"environment\",\"Value\":\"main\"}");
    assertThat(tags(Synthesis.onGlue())).contains("{\"Key\":\"environment\",\"Value\":\"dev\"}");
  }

  private static String tags(Synthesis platform) {
    return platform.template("Warehouse").only("AWS::EC2::Instance").path("Tags").toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dev", "1", "a-b", "abcdefghijklm", "déve", " "})
  void otherNamesOfEnvironmentsAreRefused(String name) {
    assertThatThrownBy(() -> options(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use --environment "
                + name
                + ": a name has 1 to 12 lower-case letters and digits, a letter first.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "d", "abcdefghijkl", "test2"})
  void shortNamesOfEnvironmentsAreAccepted(String name) {
    assertThat(options(name).environment()).isEqualTo(name);
  }

  private static PlatformOptions options(String environment) {
    return new PlatformOptions(
        Path.of("."), Engine.EMR, SparkGeneration.SPARK_4_1, environment, Set.of());
  }
}
