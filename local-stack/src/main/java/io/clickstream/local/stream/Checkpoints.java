package io.clickstream.local.stream;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * The last record of each shard that the function has processed, in a file that is replaced as a
 * whole. After a crash at most one batch per shard is given to the function again.
 */
final class Checkpoints {

  private static final String END = "end";

  private final Path file;
  private final Properties places = new Properties();

  Checkpoints(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        places.load(reader);
      }
    }
  }

  /** Returns the sequence number of the last record; empty before the first one. */
  synchronized Optional<String> last(String shard) {
    return Optional.ofNullable(places.getProperty(shard));
  }

  synchronized void processed(String shard, String sequenceNumber) throws IOException {
    places.setProperty(shard, sequenceNumber);
    store();
  }

  /** Returns whether all records of a closed shard are processed. */
  synchronized boolean isEnded(String shard) {
    return END.equals(places.getProperty(shard + "." + END));
  }

  synchronized void ended(String shard) throws IOException {
    places.setProperty(shard + "." + END, END);
    store();
  }

  private void store() throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try (Writer writer = Files.newBufferedWriter(next, StandardCharsets.UTF_8)) {
      places.store(writer, null);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
