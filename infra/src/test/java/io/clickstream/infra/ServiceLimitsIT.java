package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NumericNode;
import io.clickstream.infra.policy.Intrinsics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Templates and job definitions are within the {@link ServiceLimits}. */
class ServiceLimitsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));
  private static final List<Synthesis> PLATFORMS = List.of(Synthesis.onEmr(), Synthesis.onGlue());

  /** Smallest and largest memory of an EMR Serverless worker in GB, by vCPUs. */
  // docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/app-behavior.html
  private static final Map<Integer, List<Integer>> WORKER_GB =
      Map.of(1, List.of(2, 8), 2, List.of(4, 16), 4, List.of(8, 30), 8, List.of(16, 60));

  private static void within(ServiceLimits.Range limit, long value, String what) {
    assertThat(limit.contains(value)).as("%s: %d is not within %s", what, value, limit).isTrue();
  }

  private static JsonNode definition(String file) throws IOException {
    return JSON.readTree(Files.readString(HOME.resolve(file)).replaceAll("\"@[A-Z_]+@\"", "\"1\""));
  }

  @Test
  void limitsOfEmrServerless() throws IOException {
    within(
        ServiceLimits.EMR_TIMEOUT_MINUTES,
        definition("emr-serverless/job-run.json").path("executionTimeoutMinutes").asLong(),
        "the timeout of the schedule's run");
    for (String file : List.of("application-8.1.json", "application-7.json")) {
      JsonNode application = definition("emr-serverless/" + file);
      // The type has these letters in the documentation of CreateApplication.
      assertThat(application.path("type").asText()).isIn("SPARK", "HIVE");
      within(
          ServiceLimits.EMR_QUEUE_MINUTES,
          application.at("/schedulerConfiguration/queueTimeoutMinutes").asLong(),
          "the time in the queue");
      within(
          ServiceLimits.EMR_CONCURRENT_RUNS,
          application.at("/schedulerConfiguration/maxConcurrentRuns").asLong(),
          "concurrent runs");
      within(
          ServiceLimits.EMR_IDLE_MINUTES,
          application.at("/autoStopConfiguration/idleTimeoutMinutes").asLong(),
          "the time before the application stops");
    }
  }

  @Test
  void everySizeFitsTheVcpusOfANewAccountAndOfTheApplication() throws IOException {
    StackTemplate etl = Synthesis.onEmr().template("Etl");
    long vcpu = etl.parameter("MaxVcpu").path("Default").asLong();
    long memory = etl.parameter("MaxMemoryGb").path("Default").asLong();
    within(ServiceLimits.EMR_ACCOUNT_VCPU, vcpu, "MaxVcpu");
    JsonNode sizes = definition("emr-serverless/sizes.json");
    assertThat(sizes.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("hour", "day", "range");
    for (Map.Entry<String, JsonNode> size : sizes.properties()) {
      Map<String, Integer> set = settings(size.getValue().asText());
      int executors = set.get("spark.dynamicAllocation.maxExecutors");
      int driverGb = workerGb(set.get("spark.driver.cores"), set.get("spark.driver.memory"));
      int executorGb = workerGb(set.get("spark.executor.cores"), set.get("spark.executor.memory"));
      assertThat(set.get("spark.driver.cores") + executors * set.get("spark.executor.cores"))
          .as("vCPUs of the size %s", size.getKey())
          .isLessThanOrEqualTo((int) vcpu);
      assertThat(driverGb + executors * executorGb)
          .as("memory of the size %s", size.getKey())
          .isLessThanOrEqualTo((int) memory);
      // Spark starts with the larger of the two, and the service's default of the first is 3.
      assertThat(set.get("spark.executor.instances"))
          .isEqualTo(set.get("spark.dynamicAllocation.initialExecutors"))
          .isLessThanOrEqualTo(executors);
    }
  }

  /** A pack may be written while the schedule starts a load. */
  @Test
  void bothSchedulesTogetherFitTheVcpusOfANewAccount() throws IOException {
    int vcpu = 0;
    for (String stack : List.of("Etl", "Packs")) {
      JsonNode run =
          JSON.readTree(
              new Intrinsics(Synthesis.onEmr().templates())
                  .resolve(
                      "Clickstream-" + stack,
                      Synthesis.onEmr().template(stack).schedule("Schedule").at("/Target/Input")));
      Map<String, Integer> set =
          settings(run.at("/JobDriver/SparkSubmit/SparkSubmitParameters").asText());
      vcpu +=
          set.get("spark.driver.cores")
              + set.get("spark.dynamicAllocation.maxExecutors") * set.get("spark.executor.cores");
    }
    within(ServiceLimits.EMR_ACCOUNT_VCPU, vcpu, "vCPUs of both schedules");
    JsonNode capacity =
        Synthesis.onEmr()
            .template("Packs")
            .only("AWS::EMRServerless::Application")
            .path("MaximumCapacity");
    assertThat(capacity.path("Cpu").asText()).isEqualTo("8 vCPU");
    assertThat(capacity.path("Memory").asText()).isEqualTo("40 GB");
  }

  /** Returns the memory of a worker in GB: Spark's, and a tenth or at least 384 MB of overhead. */
  private static int workerGb(int vcpu, int sparkGb) {
    int gb = (int) Math.ceil(sparkGb + Math.max(0.384, sparkGb * 0.1));
    assertThat(WORKER_GB).containsKey(vcpu);
    assertThat(gb).isBetween(WORKER_GB.get(vcpu).get(0), WORKER_GB.get(vcpu).get(1));
    return gb;
  }

  private static Map<String, Integer> settings(String parameters) {
    Map<String, Integer> settings = new TreeMap<>();
    for (MatchResult found :
        Pattern.compile("--conf ([a-zA-Z.]+)=(\\d+)g?").matcher(parameters).results().toList()) {
      settings.put(found.group(1), Integer.valueOf(found.group(2)));
    }
    return settings;
  }

  @Test
  void limitsOfGlue() throws IOException {
    for (String file : List.of("glue/job-6.0.json", "glue/job-5.1.json")) {
      within(
          ServiceLimits.GLUE_TIMEOUT_MINUTES,
          definition(file).path("Timeout").asLong(),
          "the timeout of " + file);
    }
    String minutes =
        Pattern.compile("LONG_MINUTES = \"(\\d+)\"")
            .matcher(Files.readString(HOME.resolve("glue/start-run")))
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    within(ServiceLimits.GLUE_TIMEOUT_MINUTES, Long.parseLong(minutes), "a long run");
  }

  @Test
  void limitsOfTheHttpApiAndItsFunction() {
    StackTemplate ingest = Synthesis.onEmr().template("Ingest");
    JsonNode memory = ingest.parameter("FunctionMemoryMb");
    for (String bound : List.of("MinValue", "Default", "MaxValue")) {
      within(ServiceLimits.LAMBDA_NEW_ACCOUNT_MEMORY_MB, memory.path(bound).asLong(), "the memory");
    }
    within(
        ServiceLimits.HTTP_API_TIMEOUT_S,
        ingest.only("AWS::Lambda::Function").path("Timeout").asLong() + 1,
        "the timeout of the function and a second");
    within(
        ServiceLimits.HTTP_API_REQUESTS_PER_SECOND,
        ingest.parameter("RequestsPerSecond").path("MaxValue").asLong(),
        "RequestsPerSecond");
    within(
        ServiceLimits.HTTP_API_BURST,
        ingest.parameter("RequestBurst").path("MaxValue").asLong(),
        "RequestBurst");
  }

  /** A new account has fewer than must stay unreserved, so it can deploy without a reservation. */
  @Test
  void limitsOfTheConcurrencyOfTheFunction() throws IOException {
    StackTemplate ingest = Synthesis.onEmr().template("Ingest");
    JsonNode reserved = ingest.parameter("ConcurrentRequests");
    long needed =
        reserved.path("Default").asLong() + ServiceLimits.LAMBDA_UNRESERVED_CONCURRENCY.least();
    within(ServiceLimits.LAMBDA_CONCURRENCY, needed, "the default of ConcurrentRequests");
    assertThat(Files.readString(HOME.resolve("docs/deploy.md")).replaceAll("\\s+", " "))
        .contains("a quota of Lambda's concurrent executions of " + needed + " or more");
    within(
        ServiceLimits.LAMBDA_NEW_ACCOUNT_CONCURRENCY,
        reserved.path("MinValue").asLong(),
        "the least of ConcurrentRequests");
    assertThat(
            ingest
                .only("AWS::Lambda::Function")
                .at("/ReservedConcurrentExecutions/Fn::If/2/Ref")
                .asText())
        .isEqualTo("AWS::NoValue");
  }

  @Test
  void limitsOfPolicies() {
    for (Synthesis platform : PLATFORMS) {
      Intrinsics intrinsics = new Intrinsics(platform.templates());
      platform
          .templates()
          .forEach(
              (stack, template) -> {
                for (JsonNode resource : template.path("Resources")) {
                  JsonNode document = resource.at("/Properties/PolicyDocument");
                  long characters = resolved(intrinsics, stack, document);
                  switch (resource.path("Type").asText()) {
                    case "AWS::IAM::Policy" ->
                        within(ServiceLimits.ROLE_POLICY_CHARACTERS, characters, stack);
                    case "AWS::Logs::ResourcePolicy" ->
                        within(ServiceLimits.LOGS_POLICY_CHARACTERS, characters, stack);
                    case "AWS::S3::BucketPolicy" ->
                        within(ServiceLimits.BUCKET_POLICY_BYTES, characters, stack);
                    case "AWS::EC2::VPCEndpoint" ->
                        within(ServiceLimits.ENDPOINT_POLICY_CHARACTERS, characters, stack);
                    default -> {}
                  }
                }
              });
    }
  }

  /** The policies of an environment, as the page of the deployment counts them. */
  @Test
  void resourcePoliciesOfCloudWatchLogs() throws IOException {
    long policies =
        Synthesis.onEmr().templates().values().stream()
            .flatMap(template -> template.path("Resources").findValuesAsText("Type").stream())
            .filter("AWS::Logs::ResourcePolicy"::equals)
            .count();
    within(ServiceLimits.LOGS_POLICIES, policies, "the resource policies");
    assertThat(policies).isEqualTo(2);
    assertThat(Files.readString(HOME.resolve("docs/deploy.md")))
        .contains("resource policies | 10 | 1 per environment, and 1 for its packs |");
  }

  /** Returns the length of a document. Names that AWS generates count as 80 characters. */
  private static long resolved(Intrinsics intrinsics, String stack, JsonNode document) {
    if (document.isObject() && document.size() == 1 && !document.has("Statement")) {
      return intrinsics
          .resolve(stack, document)
          .replaceAll("\\{[^{}\":]+}", "x".repeat(80))
          .length();
    }
    return document
        .toString()
        .replaceAll("\\{\"(?:Ref|Fn::GetAtt|Fn::ImportValue)\":[^{}]*}", "x".repeat(80))
        .length();
  }

  @Test
  void limitsOfTemplates() throws IOException {
    for (Synthesis platform : PLATFORMS) {
      for (Map.Entry<String, JsonNode> each : platform.templates().entrySet()) {
        JsonNode template = each.getValue();
        within(ServiceLimits.TEMPLATE_RESOURCES, template.path("Resources").size(), each.getKey());
        within(
            ServiceLimits.TEMPLATE_PARAMETERS, template.path("Parameters").size(), each.getKey());
        within(ServiceLimits.TEMPLATE_OUTPUTS, template.path("Outputs").size(), each.getKey());
        within(
            ServiceLimits.TEMPLATE_BYTES,
            Files.size(
                platform.folder().resolve(platform.stacks().get(each.getKey()).getTemplateFile())),
            each.getKey());
      }
    }
  }

  @Test
  void limitsOfSecurityGroups() {
    Map<String, Integer> rules = new TreeMap<>();
    for (JsonNode template : Synthesis.onEmr().templates().values()) {
      for (JsonNode resource : template.path("Resources")) {
        if (resource.path("Type").asText().startsWith("AWS::EC2::SecurityGroup")) {
          rules.merge(
              resource.path("Type").asText() + resource.at("/Properties/GroupId"), 1, Integer::sum);
        }
      }
    }
    rules.forEach((group, count) -> within(ServiceLimits.GROUP_RULES, count, group));
  }

  @Test
  void limitsOfTheSchedule() {
    for (Synthesis platform : PLATFORMS) {
      within(
          ServiceLimits.SCHEDULE_INPUT_BYTES,
          new Intrinsics(platform.templates())
              .resolve(
                  "Clickstream-Etl",
                  platform.template("Etl").schedule("Schedule").at("/Target/Input"))
              .getBytes(StandardCharsets.UTF_8)
              .length,
          "the input of the schedule");
    }
  }

  @Test
  void limitsOfAlarms() {
    for (JsonNode template : Synthesis.onEmr().templates().values()) {
      for (JsonNode resource : template.path("Resources")) {
        if (resource.path("Type").asText().equals("AWS::CloudWatch::Alarm")) {
          JsonNode alarm = resource.path("Properties");
          long period =
              alarm.findValues("Period").stream()
                  .filter(NumericNode.class::isInstance)
                  .mapToLong(JsonNode::asLong)
                  .max()
                  .orElseThrow();
          within(
              period < 3_600 ? ServiceLimits.ALARM_SECONDS : ServiceLimits.LONG_ALARM_SECONDS,
              period * alarm.path("EvaluationPeriods").asLong(),
              alarm.path("AlarmName").asText());
        }
      }
    }
  }

  /**
   * The pages of the operator wait for one of the states in which the service accepts an update.
   */
  @Test
  void anApplicationIsUpdatedInTheStatesThatTheModelOfTheServiceNames() throws IOException {
    JsonNode model =
        JSON.readTree(
            HOME.resolve(
                    ".clickstream/cdk-tools/awscli/botocore/data/emr-serverless/2021-07-13/service-2.json")
                .toFile());
    assertThat(model.at("/operations/UpdateApplication/documentation").asText())
        .contains("An application has to be in a stopped or created state in order to be updated.");
    assertThat(model.at("/shapes/ApplicationState/enum"))
        .extracting(JsonNode::asText)
        .contains("STOPPED", "CREATED");
    assertThat(model.at("/shapes/SchedulerConfiguration/members/queueTimeoutMinutes/documentation"))
        .asString()
        .contains("The valid range is from 15 to 720.");
    assertThat(model.at("/shapes/SchedulerConfiguration/members/maxConcurrentRuns/documentation"))
        .asString()
        .contains("The valid range is 1 to 1000.");
    JsonNode idle = model.at("/shapes/AutoStopConfigIdleTimeoutMinutesInteger");
    assertThat(List.of(idle.path("min").asLong(), idle.path("max").asLong()))
        .containsExactly(
            ServiceLimits.EMR_IDLE_MINUTES.least(), ServiceLimits.EMR_IDLE_MINUTES.most());
  }
}
