package io.clickstream.bench.ingest;

import io.clickstream.local.gateway.LambdaFunction;
import io.clickstream.local.gateway.LambdaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An archive of the function's classes (class data sharing), as a container image can carry one.
 */
final class ClassArchive {

  private static final String JAVA_OPTIONS = "JAVA_TOOL_OPTIONS";
  private static final Duration START = Duration.ofSeconds(60);

  private ClassArchive() {}

  /** The function with an archive of what it loads until its first answer. */
  static LambdaFunction of(LambdaFunction function, Path folder) throws IOException {
    Path archive = folder.resolve("ingest.jsa");
    LambdaFunction training = function.with(JAVA_OPTIONS, "-XX:ArchiveClassesAtExit=" + archive);
    try (LambdaRuntime runtime = new LambdaRuntime(training, 1, 1, folder)) {
      runtime.awaitReady(START);
      runtime.invoke(Event.JSON, Event.TRACE_ID).get(START.toSeconds(), TimeUnit.SECONDS);
      // Asked to end, a JVM writes its archive first.
      for (ProcessHandle process : runtime.processes()) {
        process.destroy();
        process.onExit().get(START.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no archive of classes was made", e);
    }
    if (!Files.isRegularFile(archive)) {
      throw new IOException("no archive of classes was made");
    }
    return function.with(JAVA_OPTIONS, "-XX:SharedArchiveFile=" + archive);
  }
}
