package io.clickstream.testing;

import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.RawObjectWriter.Settings;
import io.clickstream.simulator.RawObjectWriter.Written;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Raw objects of simulated traffic in a local folder. Malformed records are among them. */
public final class SimulatedObjects {

  private SimulatedObjects() {}

  /** Writes an object per record. */
  public static Written write(Path root, TrafficOptions traffic) throws IOException {
    return write(root, traffic, 1);
  }

  /**
   * Writes batch objects, or event objects if the batch size is 1.
   *
   * @param root the raw root, which exists afterwards
   * @param batchSize maximum number of records in one object
   */
  public static Written write(Path root, TrafficOptions traffic, int batchSize) throws IOException {
    return new RawObjectWriter(root, Settings.standard().withBatchSize(batchSize))
        .write(new Traffic(traffic), done -> {});
  }
}
