package io.clickstream.it.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.testing.Command;
import io.clickstream.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** A closing in a process that a test kills. */
final class CloseProcess implements AutoCloseable {

  private final Process process;
  private final Path out;
  private final Path err;

  /**
   * Starts the closing, which pauses at a point.
   *
   * @param folder the folder for its output
   * @param point part of a line for the operator, or {@code commit STEP}
   * @param nth the number of the line or commit, from 1
   */
  CloseProcess(Path folder, String jdbcUrl, Instant end, String point, int nth) throws Exception {
    Path own = Files.createTempDirectory(folder, "close-");
    process =
        Command.java(PausingClose.class, jdbcUrl, end.toString(), point, Integer.toString(nth))
            .start(own, "close");
    out = own.resolve("close.out");
    err = own.resolve("close.err");
  }

  /** Waits until the closing pauses. */
  void awaitPause() throws Exception {
    Eventually.holds(
        "pause in " + out,
        () -> {
          boolean paused = Files.readAllLines(out).contains(PausingClose.PAUSED);
          assertThat(paused || process.isAlive())
              .as("paused, or alive, or see %s", Files.readAllLines(err))
              .isTrue();
          return paused;
        });
  }

  /** Lets the closing go on. */
  void goOn() throws Exception {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** Kills the process by SIGKILL. */
  void kill() {
    Command.kill(process);
  }

  @Override
  public void close() {
    kill();
  }
}
