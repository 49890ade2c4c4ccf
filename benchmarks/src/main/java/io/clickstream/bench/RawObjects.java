package io.clickstream.bench;

import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.RawObjectWriter.Settings;
import io.clickstream.simulator.SimulatedPost;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What has been received.
 *
 * @param root the raw root
 */
public record RawObjects(Path root) {

  private static final int BATCH = 500;

  /** An object for each event, as the Lambda stores them: for what is measured. */
  public void writeEvents(Iterable<SimulatedPost> posts) throws IOException {
    write(posts, Settings.standard());
  }

  /** Many events in an object: for the past, where a hundred thousand files would take minutes. */
  public void writeBatches(Iterable<SimulatedPost> posts) throws IOException {
    write(posts, Settings.standard().withBatchSize(BATCH));
  }

  private void write(Iterable<SimulatedPost> posts, Settings settings) throws IOException {
    new RawObjectWriter(root, settings).write(posts, done -> {});
  }
}
