package io.clickstream.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder of this user alone that is removed when it is closed or this JVM ends. */
public final class TemporaryFolder implements AutoCloseable {

  private final Path folder;

  /** Creates the folder. */
  public TemporaryFolder(Path folder, ProcessReaper reaper) throws IOException {
    this.folder = folder;
    reaper.guard(folder);
    PrivateFiles.folder(folder);
  }

  /** Returns the path of the folder. */
  public Path path() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new IOException("Cannot remove " + folder + ": " + e.getMessage(), e);
    }
  }
}
