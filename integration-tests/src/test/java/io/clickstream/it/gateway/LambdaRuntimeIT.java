package io.clickstream.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.local.gateway.InvocationFailedException;
import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import io.clickstream.servers.Home;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.RecordingS3;
import java.io.BufferedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaRuntimeIT {

  private static final byte[] EVENT =
      ("{\"rawPath\":\"/clickstream\",\"requestContext\":{\"stage\":\"$default\",\"http\":"
              + "{\"method\":\"POST\",\"path\":\"/clickstream\"}},\"body\":\"{\\\"a\\\":1}\"}")
          .getBytes(StandardCharsets.UTF_8);

  /** Far beyond the eight seconds that the function waits for its store at most. */
  private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(29);

  @TempDir Path folder;

  @Test
  void aFunctionThatCannotStartIsReportedWithItsLog() throws Exception {
    LambdaFunction missing =
        new LambdaFunction(
            "missing",
            List.of(folder.resolve("no-such.jar")),
            "io.clickstream.ingest.IngestHandler",
            Map.of(),
            Duration.ofSeconds(5));
    try (LambdaRuntime runtime = new LambdaRuntime(missing, 1, 1, folder)) {
      assertThatThrownBy(() -> runtime.awaitReady(Eventually.LIMIT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Cannot start missing: its process ends early.")
          .hasMessageContaining("missing.log");
      assertThat(Files.readString(runtime.log())).contains("AWSLambda");
    }
  }

  @Test
  void anInvalidEventIsAnswered500AndTheProcessContinues() throws Exception {
    try (RecordingS3 s3 = new RecordingS3();
        LambdaRuntime runtime =
            new LambdaRuntime(DeployableFunction.storingOn(s3.endpoint()), 1, 4, folder)) {
      byte[] broken =
          runtime
              .invoke("{\"headers\":5".getBytes(), "Root=1-1-1")
              .get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(new String(broken, StandardCharsets.UTF_8)).contains("\"statusCode\":500");
      List<ProcessHandle> before = runtime.processes();

      byte[] answer =
          runtime.invoke(EVENT, "Root=1-1-1").get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);

      assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":200");
      assertThat(runtime.processes()).isEqualTo(before);
    }
  }

  /** The handler is a method with a text parameter; the event is an object. */
  @Test
  void anEventOfTheWrongTypeFails() throws Exception {
    LambdaFunction function =
        new LambdaFunction(
            "concat",
            Home.find().ingestLambda(),
            "java.lang.String::concat",
            Map.of(),
            Duration.ofSeconds(5));
    try (LambdaRuntime runtime = new LambdaRuntime(function, 1, 4, folder)) {
      assertThatThrownBy(
              () ->
                  runtime
                      .invoke(EVENT, "Root=1-1-1")
                      .get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              InvocationFailedException.class,
              failure ->
                  assertThat(failure.reason())
                      .isEqualTo(InvocationFailedException.Reason.FUNCTION_ERROR));
      assertThat(
              runtime
                  .invoke("\"x\"".getBytes(), "Root=1-1-1")
                  .get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo("\"x\"".getBytes());
    }
  }

  /** The runtime takes an event and does nothing with it. */
  @Test
  void anInvocationOverItsTimeoutFailsAndItsProcessIsReplaced() throws Exception {
    LambdaFunction idle =
        new LambdaFunction(
            "idle",
            List.of(),
            "none",
            Map.of(),
            Duration.ofSeconds(2),
            List.of(
                "bash",
                "-c",
                "exec 3<>/dev/tcp/${AWS_LAMBDA_RUNTIME_API/:/\\/};"
                    + " printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\n\\r\\n' >&3;"
                    + " exec sleep 600"));
    try (LambdaRuntime runtime = new LambdaRuntime(idle, 1, 4, folder)) {
      runtime.awaitReady(Eventually.LIMIT);
      List<ProcessHandle> before = runtime.processes();

      assertThatThrownBy(
              () ->
                  runtime
                      .invoke(EVENT, "Root=1-1-1")
                      .get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              InvocationFailedException.class,
              failure ->
                  assertThat(failure.reason())
                      .isEqualTo(InvocationFailedException.Reason.TIMED_OUT));

      for (ProcessHandle process : before) {
        process.onExit().get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
      Eventually.holds("a new process is running", () -> !runtime.processes().isEmpty());
    }
  }

  /** IngestFunctionTest has the time that the store gets in a short invocation. */
  @Test
  void theFunctionRespondsBeforeItsTimeoutWhenItsStoreDoesNot() throws Exception {
    try (RecordingS3 s3 = new RecordingS3()) {
      LambdaFunction ingest = DeployableFunction.storingOn(s3.endpoint());
      LambdaFunction patient =
          new LambdaFunction(
              ingest.name(),
              ingest.classpath(),
              ingest.handler(),
              ingest.environment(),
              FUNCTION_TIMEOUT);
      try (LambdaRuntime runtime = new LambdaRuntime(patient, 1, 4, folder)) {
        runtime.awaitReady(Eventually.LIMIT);
        List<ProcessHandle> before = runtime.processes();
        s3.answerAfter(Eventually.LIMIT);
        byte[] answer =
            runtime.invoke(EVENT, "Root=1-1-1").get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":503");
        s3.answerAfter(Duration.ZERO);

        answer =
            runtime.invoke(EVENT, "Root=1-1-1").get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":200");
        assertThat(runtime.processes()).isEqualTo(before);
      }
    }
  }

  @Test
  void theClientRunsTheSnapStartHooks() throws Exception {
    try (RecordingS3 s3 = new RecordingS3()) {
      LambdaFunction restored =
          DeployableFunction.storingOn(s3.endpoint())
              .with("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
      try (LambdaRuntime runtime = new LambdaRuntime(restored, 1, 4, folder)) {
        runtime.awaitReady(Eventually.LIMIT);
        assertThat(s3.seen())
            .as("requests before the snapshot")
            .extracting(RecordingS3.Seen::method)
            .containsExactly("HEAD");
        assertThat(s3.objects()).as("rehearsals store nothing").isEmpty();

        byte[] answer =
            runtime.invoke(EVENT, "Root=1-1-1").get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":200");
        assertThat(s3.objects()).hasSize(1);
        assertThat(Files.readString(runtime.log())).doesNotContain("rehearsal");
      }
    }
  }

  @Test
  void eventsOverTheByteLimitAreRejectedAtOnce() throws Exception {
    try (RecordingS3 s3 = new RecordingS3();
        LambdaRuntime runtime =
            new LambdaRuntime(DeployableFunction.storingOn(s3.endpoint()), 1, 1_000, folder)) {
      byte[] large = new byte[20 << 20];
      runtime.invoke(large, "Root=1-1-1");
      runtime.invoke(large, "Root=1-1-1");
      runtime.invoke(large, "Root=1-1-1");

      assertThatThrownBy(
              () ->
                  runtime
                      .invoke(large, "Root=1-1-1")
                      .get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              InvocationFailedException.class,
              failure ->
                  assertThat(failure.reason())
                      .isEqualTo(InvocationFailedException.Reason.QUEUE_FULL));
    }
  }

  @Test
  void processesEndWhenTheParentIsKilled() throws Exception {
    for (String state : List.of("idle", "starting", "working")) {
      Process parent =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Parent.class.getName(),
                  folder.toString(),
                  state)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      List<ProcessHandle> processes = new ArrayList<>();
      try (BufferedReader out = parent.inputReader()) {
        for (String line = out.readLine(); !"done".equals(line); line = out.readLine()) {
          assertThat(line).as("the parent's output").isNotNull();
          processes.add(ProcessHandle.of(Long.parseLong(line)).orElseThrow());
        }
      }
      assertThat(processes).hasSize(2);

      parent.destroyForcibly().waitFor();

      for (ProcessHandle process : processes) {
        process.onExit().get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  /** A process with two function processes. Prints their ids and waits to be killed. */
  static final class Parent {

    private Parent() {}

    public static void main(String[] arguments) throws Exception {
      String state = arguments[1];
      RecordingS3 s3 = new RecordingS3();
      s3.answerAfter(Eventually.LIMIT);
      URI endpoint = s3.endpoint();
      LambdaRuntime runtime =
          new LambdaRuntime(DeployableFunction.storingOn(endpoint), 2, 4, Path.of(arguments[0]));
      if (state.equals("starting")) {
        while (runtime.processes().size() < 2) {
          Thread.sleep(1);
        }
      } else {
        runtime.awaitReady(Eventually.LIMIT);
      }
      if (state.equals("working")) {
        runtime.invoke(EVENT, "Root=1-1-1");
        runtime.invoke(EVENT, "Root=1-1-1");
        Eventually.holds("both processes put an object", () -> s3.seen().size() >= 2);
      }
      runtime.processes().forEach(process -> System.out.println(process.pid()));
      System.out.println("done");
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
