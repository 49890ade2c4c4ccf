package io.clickstream.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kills a PostgreSQL server. */
public final class KilledDatabase {

  private KilledDatabase() {}

  /** Kills a server with all its processes: nothing is written or removed at the end. */
  public static void kill(Path dataFolder) throws IOException {
    ProcessHandle postmaster = postmaster(dataFolder);
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
    all.add(0, postmaster);
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
