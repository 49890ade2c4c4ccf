package io.clickstream.bench.read;

import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** A reader that has been started. */
interface Reader extends AutoCloseable {

  /** A way to start readers. */
  @FunctionalInterface
  interface Start {

    /**
     * Starts one.
     *
     * @param master Spark's
     * @param settings of Spark, besides the reader's own
     */
    Reader start(
        Workbench workbench, EventReader reader, String master, Map<String, String> settings)
        throws IOException;
  }

  /** Reads all objects below a root. */
  TimedRead read(URI endpoint, URI root, HourlyEvents events) throws IOException;

  @Override
  void close() throws IOException;
}
