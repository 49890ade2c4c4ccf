package io.clickstream.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kills a PostgreSQL server. */
public final class KilledDatabase {

  private KilledDatabase() {}

  /**
   * Kills a server with all its processes: nothing is written or removed at the end. The first
   * process is stopped before, and killed last. A process that notices its death would roll back
   * and remove files.
   */
  public static void kill(Path dataFolder) throws IOException, InterruptedException {
    ProcessHandle postmaster = postmaster(dataFolder);
    new ProcessBuilder("kill", "-STOP", Long.toString(postmaster.pid())).start().waitFor();
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
    all.add(postmaster);
    for (ProcessHandle process : all) {
      process.destroyForcibly();
    }
    for (ProcessHandle process : all) {
      process.onExit().join();
    }
  }

  /** Returns the first process of the server of a data folder. */
  public static ProcessHandle postmaster(Path dataFolder) throws IOException {
    String pid = Files.readAllLines(dataFolder.resolve("postmaster.pid")).get(0).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }
}
