package io.clickstream.it.job;

import io.clickstream.etl.job.EtlResult;
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.SimulatedObjects;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;

/** Simulated events, and events of single visitors, for runs of the job. */
final class JobRuns {

  static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private JobRuns() {}

  /** Runs the job as the superuser of the warehouse. */
  static EtlResult etl(String jdbcUrl, URI raw, String... more) throws IOException {
    return TestJob.run(jdbcUrl, raw, more);
  }

  /** Returns the arguments of the simulated day. */
  static String[] day() {
    return new String[] {"--from", "2026-11-21T12", "--to", "2026-11-22T12"};
  }

  /** Returns both lists of arguments as one. */
  static String[] concat(String[] first, String[] second) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
  }

  /** Returns the raw root of the simulated day, which is written once for each name. */
  static Path simulated(Path folder, String name, int events, int batchSize) throws IOException {
    Path raw = folder.resolve(name).resolve("events");
    if (!Files.exists(raw)) {
      SimulatedObjects.write(
          raw, new TrafficOptions(events, 1, START, Duration.ofHours(24)), batchSize);
    }
    return raw;
  }

  /** Returns an event without an id. */
  static String other(String clientId, int hour) {
    return """
        {"eventName":"click","clientId":"%s","_ingest":{"receivedAt":"2026-11-21T%02d:20:00Z"}}"""
        .formatted(clientId, hour);
  }
}
