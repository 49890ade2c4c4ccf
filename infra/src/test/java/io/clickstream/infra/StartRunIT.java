package io.clickstream.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.clickstream.infra.AwsCommandLine.Ended;
import io.clickstream.infra.policy.Intrinsics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the start scripts with AWS's own command line, which checks requests against the model of
 * the service, against a server that answers as the services do.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StartRunIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path HOME = Path.of(System.getProperty("clickstream.home"));

  @TempDir private Path folder;

  private final Deque<String> states = new ArrayDeque<>();
  private final List<JsonNode> started = new ArrayList<>();
  private AwsCommandLine aws;

  @BeforeEach
  void start() throws IOException {
    aws = new AwsCommandLine(folder, this::answer);
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      byte[] request = exchange.getRequestBody().readAllBytes();
      byte[] body = answer(exchange, request).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String answer(HttpExchange exchange, byte[] request) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    if (path.matches("/schedules/clickstream-(etl|packs)")) {
      String stack = path.endsWith("packs") ? "Packs" : "Etl";
      ObjectNode schedule = JSON.createObjectNode();
      schedule
          .putObject("Target")
          .put("Arn", "x")
          .put("RoleArn", "x")
          .put("Input", scheduled(stack));
      return schedule.toString();
    }
    if (path.endsWith("/jobruns") || "AWSGlue.StartJobRun".equals(target)) {
      started.add(JSON.readTree(request));
      return target == null
          ? "{\"applicationId\":\"00app\",\"jobRunId\":\"00run\",\"arn\":\"x\"}"
          : "{\"JobRunId\":\"jr_1\"}";
    }
    String state = states.size() > 1 ? states.poll() : states.peek();
    return target == null
        ? "{\"jobRun\":{\"state\":\"" + state + "\",\"stateDetails\":\"the reason\"}}"
        : "{\"JobRun\":{\"JobRunState\":\"" + state + "\",\"ErrorMessage\":\"the reason\"}}";
  }

  /**
   * Returns the deployed definition, with recognizable placeholders for names that CloudFormation
   * generates.
   */
  private static String scheduled(String stack) throws IOException {
    String input =
        new Intrinsics(Synthesis.onEmr().templates())
            .resolve(
                "Clickstream-" + stack,
                Synthesis.onEmr().template(stack).schedule("Schedule").at("/Target/Input"));
    ObjectNode run = (ObjectNode) JSON.readTree(input);
    run.put("ApplicationId", "00app");
    run.put("ExecutionRoleArn", "arn:aws:iam::123456789012:role/job");
    return run.toString();
  }

  private Ended run(String script, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("python3", HOME.resolve(script).toString()));
    words.addAll(List.of("--poll", "0.1"));
    words.addAll(List.of(arguments));
    return aws.run(words);
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  void onEmrTheSchedulesRunIsStartedAndWatchedUntilItEnds() throws Exception {
    states.addAll(List.of("SUBMITTED", "QUEUED", "RUNNING", "RUNNING", "SUCCESS"));
    Ended ended = run("emr-serverless/start-run");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out().lines().map(line -> line.replaceAll("^[0-9:]+ +", "")))
        .containsExactly(
            "run 00run of application 00app", "SUBMITTED", "QUEUED", "RUNNING", "SUCCESS");
    JsonNode run = started.get(0);
    assertThat(run.path("clientToken").asText()).hasSize(36);
    assertThat(run.path("executionTimeoutMinutes").asInt()).isEqualTo(720);
    assertThat(texts(run.at("/jobDriver/sparkSubmit/entryPointArguments")))
        .endsWith("--since-last-run");
  }

  @Test
  void onEmrABackfillHasAnotherWindowAndMoreWorkers() throws Exception {
    states.add("SUCCESS");
    Ended ended =
        run(
            "emr-serverless/start-run",
            "--from",
            "2026-11-01",
            "--to",
            "2026-11-22",
            "--session-gap",
            "45m");
    assertThat(ended.status()).as(ended.out()).isZero();
    List<String> arguments = texts(started.get(0).at("/jobDriver/sparkSubmit/entryPointArguments"));
    assertThat(arguments)
        .doesNotContain("--since-last-run", "30m", "{Clickstream-Etl.SessionGap}")
        .as("the job refuses a look-back with another window")
        .doesNotContain("--look-back", "{Clickstream-Etl.LookBack}")
        .containsSubsequence("--from", "2026-11-01", "--to", "2026-11-22", "--session-gap", "45m")
        .containsOnlyOnce("--session-gap");
    // From EMR 7.11, 0 is no longer accepted as "no limit".
    assertThat(started.get(0).path("executionTimeoutMinutes").asLong())
        .isEqualTo(ServiceLimits.EMR_TIMEOUT_MINUTES.most());
    assertThat(started.get(0).at("/jobDriver/sparkSubmit/sparkSubmitParameters").asText())
        .isEqualTo(
            "--class io.clickstream.etl.EtlMain "
                + JSON.readTree(HOME.resolve("emr-serverless/sizes.json").toFile())
                    .path("range")
                    .asText());
  }

  @Test
  void onEmrAClosingReplacesTheWindowAndHasTheSizeOfAnHour() throws Exception {
    states.add("SUCCESS");
    Ended ended = run("emr-serverless/start-run", "--keep", "400d");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(texts(started.get(0).at("/jobDriver/sparkSubmit/entryPointArguments")))
        .endsWith("--keep", "400d")
        .doesNotContain("--since-last-run", "--look-back");
    assertThat(started.get(0).at("/jobDriver/sparkSubmit/sparkSubmitParameters").asText())
        .endsWith(
            JSON.readTree(HOME.resolve("emr-serverless/sizes.json").toFile())
                .path("hour")
                .asText());
  }

  /** A run has one window, so another one replaces that of the schedule. */
  @ParameterizedTest
  @CsvSource({
    "--older-than 330d, --older-than 330d",
    "--from 2026-01-01 --to 2026-02-01, --from 2026-01-01 --to 2026-02-01",
    "'', --older-than {Clickstream-Packs.PackOlderThan}"
  })
  void onEmrTheJobThatPacksIsStartedWithItsOwnSize(String given, String window) throws Exception {
    states.add("SUCCESS");
    List<String> words = new ArrayList<>(List.of("--job", "packs"));
    words.addAll(given.isEmpty() ? List.of() : List.of(given.split(" ")));
    Ended ended = run("emr-serverless/start-run", words.toArray(String[]::new));
    assertThat(ended.status()).as(ended.out()).isZero();
    List<String> arguments = texts(started.get(0).at("/jobDriver/sparkSubmit/entryPointArguments"));
    assertThat(arguments).startsWith("--pack", "true").containsSubsequence(window.split(" "));
    assertThat(arguments.contains("--older-than")).isEqualTo(window.startsWith("--older-than"));
    assertThat(arguments).doesNotHaveDuplicates();
    assertThat(started.get(0).at("/jobDriver/sparkSubmit/sparkSubmitParameters").asText())
        .endsWith(
            JSON.readTree(HOME.resolve("emr-serverless/sizes.json").toFile())
                .path("hour")
                .asText());
  }

  @Test
  void onGlueTheJobThatPacksHasOneWindow() throws Exception {
    states.add("SUCCEEDED");
    Ended ended = run("glue/start-run", "--job", "packs", "--older-than", "330d");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(started.get(0).path("JobName").asText()).isEqualTo("clickstream-packs");
    assertThat(started.get(0).path("Arguments"))
        .isEqualTo(JSON.readTree("{\"--older-than\":\"330d\"}"));
    Ended other = run("glue/start-run", "--job", "packs", "--date", "2026-11-22");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.out())
        .isEqualTo("Cannot use this window with --job packs on Glue: use --older-than.\n");
    assertThat(started).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"emr-serverless/start-run", "glue/start-run"})
  void anotherJobHasExitStatus2(String script) throws Exception {
    Ended ended = run(script, "--job", "shop");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).isEqualTo("Cannot use --job shop: the jobs are etl, packs.\n");
    assertThat(started).isEmpty();
  }

  @Test
  void onEmrAFollowerIsAStreamingRunWithoutALimitAndWatchedUntilItRuns() throws Exception {
    states.addAll(List.of("SUBMITTED", "SCHEDULED", "RUNNING"));
    Ended ended = run("emr-serverless/start-run", "--follow", "15s");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out())
        .endsWith(
            "  RUNNING\nThe run continues. To stop it: aws emr-serverless cancel-job-run"
                + " --application-id 00app --job-run-id 00run\n");
    JsonNode run = started.get(0);
    assertThat(run.path("mode").asText()).isEqualTo("STREAMING");
    assertThat(run.has("executionTimeoutMinutes")).isFalse();
    assertThat(run.path("retryPolicy"))
        .isEqualTo(JSON.readTree("{\"maxFailedAttemptsPerHour\":5}"));
    assertThat(texts(run.at("/jobDriver/sparkSubmit/entryPointArguments")))
        .as("a follower visits the hours of the deployed look-back")
        .endsWith("--look-back", "{Clickstream-Etl.LookBack}", "--follow", "15s")
        .doesNotContain("--since-last-run");
  }

  @Test
  void onEmrAFollowerThatFailsAtOnceHasExitStatus1() throws Exception {
    states.addAll(List.of("SUBMITTED", "FAILED"));
    Ended ended = run("emr-serverless/start-run", "--follow", "15s");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out()).endsWith("The run failed: the reason\n");
  }

  @Test
  void onEmrAFailureIsReportedWithExitStatus1() throws Exception {
    states.addAll(List.of("RUNNING", "FAILED"));
    Ended ended = run("emr-serverless/start-run", "--date", "2026-11-22");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out()).endsWith("The run failed: the reason\n");
  }

  @Test
  void onEmrOtherArgumentsKeepTheSchedulesWindow() throws Exception {
    states.add("SUCCESS");
    Ended ended = run("emr-serverless/start-run", "--reconcile");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(texts(started.get(0).at("/jobDriver/sparkSubmit/entryPointArguments")))
        .endsWith("--look-back", "{Clickstream-Etl.LookBack}", "--since-last-run", "--reconcile");
  }

  @ParameterizedTest
  @CsvSource({
    "emr-serverless/start-run, aws emr-serverless cancel-job-run --application-id 00app --job-run-id"
        + " 00run",
    "glue/start-run, aws glue batch-stop-job-run --job-name clickstream-etl --job-run-ids jr_1"
  })
  void ctrlCEndsTheWatchingAndSaysHowToStopTheRun(String script, String command) throws Exception {
    states.add("RUNNING");
    // A background process, as this test may be, ignores SIGINT, and its children inherit that.
    Process process =
        aws.builder(
                List.of("env", "--default-signal=INT", "python3", HOME.resolve(script).toString()))
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("run ");
      assertThat(out.readLine()).endsWith("  RUNNING");
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(out.lines()).containsExactly("", "The run continues. To stop it: " + command);
    }
    assertThat(process.waitFor()).isEqualTo(130);
  }

  @ParameterizedTest
  @ValueSource(strings = {"emr-serverless/start-run", "glue/start-run"})
  void aPauseThatIsNoNumberIs2(String script) throws Exception {
    Ended ended = aws.run(List.of("python3", HOME.resolve(script).toString(), "--poll", "soon"));
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).isEqualTo("Cannot use --poll soon: it is not a number of seconds.\n");
    assertThat(started).isEmpty();
  }

  @Test
  void aMissingAwsCommandLineIsReported() throws Exception {
    Path nothing = Files.createDirectory(folder.resolve("nothing"));
    ProcessBuilder builder =
        aws.builder(List.of(python(), HOME.resolve("glue/start-run").toString()));
    builder.environment().put("PATH", nothing.toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(out)
        .isEqualTo(
            "Cannot start a run: the AWS command line (aws) is not installed. Install it.\n");
  }

  /** Returns the folder of Python, for a process without a PATH. */
  private String python() throws Exception {
    return aws.run(List.of("python3", "-c", "import sys; print(sys.executable, end='')")).out();
  }

  @Test
  void onEmrAnUnknownSizeHasExitStatus2() throws Exception {
    Ended ended = run("emr-serverless/start-run", "--size", "huge");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).contains("Cannot use --size huge: the sizes are hour, day, range.");
    assertThat(started).isEmpty();
  }

  @Test
  void onGlueTheJobIsStartedWithItsOwnArguments() throws Exception {
    states.addAll(List.of("WAITING", "RUNNING", "SUCCEEDED"));
    Ended ended = run("glue/start-run");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(started.get(0)).isEqualTo(JSON.readTree("{\"JobName\":\"clickstream-etl\"}"));
  }

  @Test
  void onGlueABackfillSwitchesTheJobsWindowOff() throws Exception {
    states.addAll(List.of("RUNNING", "SUCCEEDED"));
    Ended ended =
        run(
            "glue/start-run",
            "--from",
            "2026-11-01",
            "--to",
            "2026-11-22",
            "--skip-unreadable",
            "--workers",
            "10");
    assertThat(ended.status()).as(ended.out()).isZero();
    JsonNode run = started.get(0);
    assertThat(run.path("NumberOfWorkers").asInt()).isEqualTo(10);
    // The timeout of two hours applies to runs of the schedule only.
    assertThat(run.path("Timeout").asInt()).isEqualTo(2880);
    assertThat(run.path("Arguments"))
        .isEqualTo(
            JSON.readTree(
                "{\"--since-last-run\":\"false\",\"--from\":\"2026-11-01\",\"--to\":\"2026-11-22\","
                    + "\"--skip-unreadable\":\"true\"}"));
  }

  @Test
  void onGlueAFollowerHasTwoWorkersAndTheLongestTimeAndIsWatchedUntilItRuns() throws Exception {
    states.addAll(List.of("STARTING", "RUNNING"));
    Ended ended = run("glue/start-run", "--follow", "15s");
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out())
        .endsWith(
            "  RUNNING\nThe run continues. To stop it: aws glue batch-stop-job-run --job-name"
                + " clickstream-etl --job-run-ids jr_1\n");
    JsonNode run = started.get(0);
    assertThat(run.path("Timeout").asLong()).isEqualTo(ServiceLimits.GLUE_TIMEOUT_MINUTES.most());
    assertThat(run.path("NumberOfWorkers").asInt()).isEqualTo(2);
    assertThat(run.path("Arguments"))
        .isEqualTo(JSON.readTree("{\"--since-last-run\":\"false\",\"--follow\":\"15s\"}"));
  }

  @Test
  void onGlueATimeoutIsReportedWithExitStatus1() throws Exception {
    states.addAll(List.of("RUNNING", "TIMEOUT"));
    Ended ended = run("glue/start-run", "--date", "2026-11-22");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out()).endsWith("The run failed: the reason\n");
  }

  /** Reads the definitions with the models of the command line, all in one process. */
  @Test
  void definitionsAreInTheFormOfTheServicesApis() throws Exception {
    String program =
        """
        import json, pathlib, re, sys
        from awscli.botocore.session import get_session
        from awscli.botocore.validate import ParamValidator
        models = get_session()
        for name, service, operation in (
            ("glue/job-6.0.json", "glue", "CreateJob"),
            ("glue/job-5.1.json", "glue", "CreateJob"),
            ("emr-serverless/application-8.1.json", "emr-serverless", "CreateApplication"),
            ("emr-serverless/application-7.json", "emr-serverless", "CreateApplication"),
            ("emr-serverless/job-run.json", "emr-serverless", "StartJobRun"),
        ):
            text = (pathlib.Path(sys.argv[1]) / name).read_text()
            text = text.replace('"@MAX_WORKERS@"', "3").replace("@ARCHITECTURE@", "ARM64")
            value = json.loads(re.sub("@[A-Z_]+@", "arn:aws:iam::123456789012:role/x", text))
            if service == "emr-serverless":
                value.setdefault("clientToken", "x")
            shape = models.get_service_model(service).operation_model(operation).input_shape
            report = ParamValidator().validate(value, shape)
            print(name, report.generate_report() or "fits")
        """;
    Ended ended = aws.run(List.of("python3", "-c", program, HOME.toString()));
    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.out().lines()).hasSize(5).allMatch(line -> line.endsWith(" fits"));
  }
}
