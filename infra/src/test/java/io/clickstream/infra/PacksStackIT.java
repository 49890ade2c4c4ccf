package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.infra.policy.Intrinsics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The job that packs is off by default, and has nothing of the warehouse. */
class PacksStackIT {

  private final StackTemplate packs = Synthesis.onEmr().template("Packs");

  @Test
  void theScheduleIsOffByDefaultAndDaily() {
    JsonNode schedule = packs.schedule("Schedule");
    assertThat(schedule.at("/State/Ref").asText()).isEqualTo("PackScheduleState");
    assertThat(packs.parameter("PackScheduleState").path("Default").asText()).isEqualTo("DISABLED");
    assertThat(packs.parameter("PackScheduleExpression").path("Default").asText())
        .isEqualTo("cron(20 18 * * ? *)");
    assertThat(schedule.at("/Target/RetryPolicy/MaximumRetryAttempts").asInt(-1)).isZero();
  }

  /** The alarm not-started reads this queue. */
  @Test
  void aStartThatFailsGoesToTheQueueOfTheLoadingJob() {
    Intrinsics intrinsics = new Intrinsics(Synthesis.onEmr().templates());
    String queue =
        intrinsics.resolve(
            "Clickstream-Etl",
            Synthesis.onEmr().template("Etl").only("AWS::SQS::Queue").path("QueueName"));
    assertThat(
            intrinsics.resolve(
                "Clickstream-Packs", packs.schedule("Schedule").at("/Target/DeadLetterConfig/Arn")))
        .endsWith(":" + queue);
  }

  @Test
  void aRunPacksWhatIsOlderThanTheLookBack() throws Exception {
    JsonNode input =
        new ObjectMapper()
            .readTree(
                new Intrinsics(Synthesis.onEmr().templates())
                    .resolve("Clickstream-Packs", packs.schedule("Schedule").at("/Target/Input")));
    List<String> arguments = new ArrayList<>();
    input
        .at("/JobDriver/SparkSubmit/EntryPointArguments")
        .forEach(argument -> arguments.add(argument.asText()));
    assertThat(arguments)
        .startsWith("--pack", "true", "--raw")
        .containsSequence("--older-than", "{Clickstream-Packs.PackOlderThan}")
        .containsSequence("--delete-packed", "{Clickstream-Packs.PackDeletes}")
        .doesNotContain("--jdbc-url", "--since-last-run");
    assertThat(packs.parameter("PackOlderThan").path("Default").asText()).isEqualTo("3d");
    assertThat(packs.parameter("PackDeletes").path("Default").asText()).isEqualTo("true");
    assertThat(arguments.get(3)).startsWith("s3a://").endsWith("/events");
    assertThat(input.at("/JobDriver/SparkSubmit/EntryPoint").asText()).endsWith(".jar");
  }

  @Test
  void theApplicationHasNoNetworkOfTheWarehouse() {
    JsonNode application = packs.only("AWS::EMRServerless::Application");
    assertThat(application.has("NetworkConfiguration")).isFalse();
    assertThat(application.at("/SchedulerConfiguration/MaxConcurrentRuns").asInt()).isEqualTo(1);
    assertThat(application.path("Name").asText()).isEqualTo("clickstream-packs");
    assertThat(application.at("/Architecture/Ref").asText()).isEqualTo("Architecture");
  }
}
