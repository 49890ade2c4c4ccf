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

  private static final Duration START = Duration.ofSeconds(60);
  private static final byte[] EVENT =
      ("{\"rawPath\":\"/clickstream\",\"requestContext\":{\"stage\":\"$default\",\"http\":"
              + "{\"method\":\"POST\",\"path\":\"/clickstream\"}},\"body\":\"{\\\"a\\\":1}\"}")
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void aFunctionThatDoesNotStartIsReportedWithItsLog() throws Exception {
    LambdaFunction missing =
        new LambdaFunction(
            "missing",
            List.of(folder.resolve("no-such.jar")),
            "io.clickstream.ingest.IngestHandler",
            Map.of(),
            Duration.ofSeconds(5));
    try (LambdaRuntime runtime = new LambdaRuntime(missing, 1, 1, folder)) {
      assertThatThrownBy(() -> runtime.awaitReady(START))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("missing does not start")
          .hasMessageContaining("missing.log");
      assertThat(Files.readString(runtime.log())).contains("AWSLambda");
    }
  }

  @Test
  void anEventThatTheHandlerCannotTakeIsAnsweredAndTheWorkerGoesOn() throws Exception {
    try (RecordingS3 s3 = new RecordingS3();
        LambdaRuntime runtime =
            new LambdaRuntime(IngestWorkers.storingOn(s3.endpoint()), 1, 4, folder)) {
      byte[] broken =
          runtime.invoke("{\"headers\":5".getBytes(), "Root=1-1-1").get(60, TimeUnit.SECONDS);
      assertThat(new String(broken, StandardCharsets.UTF_8)).contains("\"statusCode\":500");
      List<ProcessHandle> before = runtime.processes();

      byte[] answer = runtime.invoke(EVENT, "Root=1-1-1").get(60, TimeUnit.SECONDS);

      assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":200");
      assertThat(runtime.processes()).isEqualTo(before);
    }
  }

  /** A method that takes a text, and gets an object. */
  @Test
  void anEventThatTheHandlerCannotTakeFails() throws Exception {
    LambdaFunction function =
        new LambdaFunction(
            "concat",
            Home.find().ingestLambda(),
            "java.lang.String::concat",
            Map.of(),
            Duration.ofSeconds(5));
    try (LambdaRuntime runtime = new LambdaRuntime(function, 1, 4, folder)) {
      assertThatThrownBy(() -> runtime.invoke(EVENT, "Root=1-1-1").get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              InvocationFailedException.class,
              failure ->
                  assertThat(failure.why())
                      .isEqualTo(InvocationFailedException.Cause.FUNCTION_ERROR));
      assertThat(runtime.invoke("\"x\"".getBytes(), "Root=1-1-1").get(60, TimeUnit.SECONDS))
          .isEqualTo("\"x\"".getBytes());
    }
  }

  /** A runtime that takes an event and does nothing about it. */
  @Test
  void anInvocationOverItsTimeoutEndsWithItsWorker() throws Exception {
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
      runtime.awaitReady(START);
      List<ProcessHandle> before = runtime.processes();

      assertThatThrownBy(() -> runtime.invoke(EVENT, "Root=1-1-1").get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              InvocationFailedException.class,
              failure ->
                  assertThat(failure.why()).isEqualTo(InvocationFailedException.Cause.TIMED_OUT));

      for (ProcessHandle process : before) {
        process.onExit().get(15, TimeUnit.SECONDS);
      }
      Eventually.holds("another takes its place", START, () -> !runtime.processes().isEmpty());
    }
  }

  /** Its store hangs: the function answers in time for its caller to read it. */
  @Test
  void aFunctionAnswersBeforeItsTimeout() throws Exception {
    try (RecordingS3 s3 = new RecordingS3()) {
      LambdaFunction ingest = IngestWorkers.storingOn(s3.endpoint());
      LambdaFunction hasty =
          new LambdaFunction(
              ingest.name(),
              ingest.classpath(),
              ingest.handler(),
              ingest.environment(),
              Duration.ofSeconds(2));
      try (LambdaRuntime runtime = new LambdaRuntime(hasty, 1, 4, folder)) {
        runtime.awaitReady(START);
        List<ProcessHandle> before = runtime.processes();
        s3.answerAfter(Duration.ofSeconds(30));
        byte[] answer = runtime.invoke(EVENT, "Root=1-1-1").get(20, TimeUnit.SECONDS);
        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":503");
        s3.answerAfter(Duration.ZERO);

        answer = runtime.invoke(EVENT, "Root=1-1-1").get(20, TimeUnit.SECONDS);
        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":200");
        assertThat(runtime.processes()).isEqualTo(before);
      }
    }
  }

  /** The client runs the function's hooks, as it does around a snapshot on AWS. */
  @Test
  void hooksRunAroundASnapshot() throws Exception {
    try (RecordingS3 s3 = new RecordingS3()) {
      LambdaFunction restored =
          IngestWorkers.storingOn(s3.endpoint())
              .with("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
      try (LambdaRuntime runtime = new LambdaRuntime(restored, 1, 4, folder)) {
        runtime.awaitReady(START);
        assertThat(s3.otherMethods())
            .as("connected once before the snapshot")
            .containsExactly("HEAD");
        assertThat(s3.objects()).as("rehearsals store nothing").isEmpty();

        byte[] answer = runtime.invoke(EVENT, "Root=1-1-1").get(60, TimeUnit.SECONDS);

        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":200");
        assertThat(s3.objects()).hasSize(1);
        assertThat(Files.readString(runtime.log())).doesNotContain("rehearsal");
      }
    }
  }

  @Test
  void moreWaitingBytesThanAllowedAreRefusedAtOnce() throws Exception {
    try (RecordingS3 s3 = new RecordingS3();
        LambdaRuntime runtime =
            new LambdaRuntime(IngestWorkers.storingOn(s3.endpoint()), 1, 1_000, folder)) {
      byte[] large = new byte[20 << 20];
      runtime.invoke(large, "Root=1-1-1");
      runtime.invoke(large, "Root=1-1-1");
      runtime.invoke(large, "Root=1-1-1");

      assertThatThrownBy(() -> runtime.invoke(large, "Root=1-1-1").get(1, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              InvocationFailedException.class,
              failure ->
                  assertThat(failure.why()).isEqualTo(InvocationFailedException.Cause.QUEUE_FULL));
    }
  }

  @Test
  void workersEndWithAParentThatIsKilled() throws Exception {
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
      List<ProcessHandle> workers = new ArrayList<>();
      try (BufferedReader out = parent.inputReader()) {
        for (String line = out.readLine(); !"done".equals(line); line = out.readLine()) {
          assertThat(line).as("the parent's output").isNotNull();
          workers.add(ProcessHandle.of(Long.parseLong(line)).orElseThrow());
        }
      }
      assertThat(workers).hasSize(2);

      parent.destroyForcibly().waitFor();

      for (ProcessHandle worker : workers) {
        worker.onExit().get(15, TimeUnit.SECONDS);
      }
    }
  }

  /** A process that has workers and waits to be killed; prints their ids. */
  static final class Parent {

    private Parent() {}

    public static void main(String[] arguments) throws Exception {
      String state = arguments[1];
      RecordingS3 s3 = new RecordingS3();
      s3.answerAfter(Duration.ofSeconds(60));
      URI endpoint = s3.endpoint();
      LambdaRuntime runtime =
          new LambdaRuntime(IngestWorkers.storingOn(endpoint), 2, 4, Path.of(arguments[0]));
      if (state.equals("starting")) {
        while (runtime.processes().size() < 2) {
          Thread.sleep(1);
        }
      } else {
        runtime.awaitReady(START);
      }
      if (state.equals("working")) {
        runtime.invoke(EVENT, "Root=1-1-1");
        runtime.invoke(EVENT, "Root=1-1-1");
        Thread.sleep(1000);
      }
      runtime.processes().forEach(process -> System.out.println(process.pid()));
      System.out.println("done");
      Thread.sleep(Duration.ofMinutes(5).toMillis());
    }
  }
}
