package io.clickstream.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
  void anEventThatTheHandlerCannotTakeFailsAndTheWorkerGoesOn() throws Exception {
    try (RecordingS3 s3 = new RecordingS3();
        LambdaRuntime runtime =
            new LambdaRuntime(IngestWorkers.storingOn(s3.endpoint()), 1, 4, folder)) {
      CompletableFuture<byte[]> broken = runtime.invoke("{\"headers\":5}".getBytes(), "Root=1-1-1");
      assertThatThrownBy(() -> broken.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              InvocationFailedException.class,
              failure ->
                  assertThat(failure.why())
                      .isEqualTo(InvocationFailedException.Cause.FUNCTION_ERROR));
      List<ProcessHandle> before = runtime.processes();

      byte[] answer = runtime.invoke(EVENT, "Root=1-1-1").get(60, TimeUnit.SECONDS);

      assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"statusCode\":200");
      assertThat(runtime.processes()).isEqualTo(before);
    }
  }

  @Test
  void anInvocationOverItsTimeoutEndsWithItsWorker() throws Exception {
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
        assertThatThrownBy(() -> runtime.invoke(EVENT, "Root=1-1-1").get(20, TimeUnit.SECONDS))
            .cause()
            .isInstanceOfSatisfying(
                InvocationFailedException.class,
                failure ->
                    assertThat(failure.why()).isEqualTo(InvocationFailedException.Cause.TIMED_OUT));
        s3.answerAfter(Duration.ZERO);

        assertThat(runtime.invoke(EVENT, "Root=1-1-1").get(60, TimeUnit.SECONDS)).isNotEmpty();
        assertThat(runtime.processes()).doesNotContainAnyElementsOf(before);
      }
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
