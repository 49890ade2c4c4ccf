package io.clickstream.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that goes when it is closed, or when we are killed. */
public final class TemporaryFolder implements AutoCloseable {

  private final Path folder;

  /** Makes the folder. */
  public TemporaryFolder(Path folder, ProcessReaper lifeline) throws IOException {
    this.folder = folder;
    lifeline.guard(folder);
    Files.createDirectories(folder);
  }

  /** Where it is. */
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
      throw new IOException(folder + " was left behind: " + e.getMessage(), e);
    }
  }
}
