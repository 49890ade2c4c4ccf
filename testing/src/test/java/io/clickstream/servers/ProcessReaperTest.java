package io.clickstream.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.testing.Command;
import io.clickstream.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessReaperTest {

  /** Guards a process and a folder, prints a line, and runs until it is killed or closes. */
  static final class Guarding {

    private Guarding() {}

    /** Arguments: the process id, the folder, and true to close the reaper at once. */
    public static void main(String[] args) throws Exception {
      ProcessReaper reaper = new ProcessReaper();
      reaper.guard(Long.parseLong(args[0]));
      reaper.guard(Path.of(args[1]));
      if (Boolean.parseBoolean(args[2])) {
        reaper.close();
        return;
      }
      System.out.println("guarding");
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private Path folder;
  private Process guarded;

  @BeforeEach
  void start(@TempDir Path parent) throws IOException {
    folder = Files.createDirectories(parent.resolve("it's a \"folder\" -rf $HOME"));
    Files.writeString(Files.createDirectory(folder.resolve("inside")).resolve("file"), "x");
  }

  @AfterEach
  void stop() {
    guarded.destroyForcibly().onExit().join();
  }

  @Test
  void stopsProcessesAndRemovesFoldersOfAKilledProcess() throws Exception {
    guarded = new ProcessBuilder("sleep", "600").start();
    killGuardingProcess();
    Eventually.holds("the process ends", () -> !guarded.isAlive());
    Eventually.holds("the folder goes", () -> !Files.exists(folder));
    assertThat(folder.getParent()).isDirectory();
  }

  @Test
  void killsAProcessThatIgnoresAnInterrupt() throws Exception {
    guarded = new ProcessBuilder("sh", "-c", "trap '' INT TERM; sleep 600 & wait; wait").start();
    killGuardingProcess();
    Eventually.holds("the process ends", () -> !guarded.isAlive());
    Eventually.holds("the folder goes", () -> !Files.exists(folder));
    guarded.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void stopsNothingWhenClosed() throws Exception {
    guarded = new ProcessBuilder("sleep", "600").start();
    assertThat(guarding(true).run().status()).isZero();
    Thread.sleep(500);
    assertThat(guarded.isAlive()).isTrue();
    assertThat(folder.resolve("inside/file")).isRegularFile();
  }

  private Command guarding(boolean closes) {
    return Command.java(
        Guarding.class, Long.toString(guarded.pid()), folder.toString(), Boolean.toString(closes));
  }

  private void killGuardingProcess() throws Exception {
    Process process = new ProcessBuilder(guarding(false).words()).start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("guarding");
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }
}
