package io.clickstream.testing;

import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.SimulatedPost.Kind;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Simulated raw objects of one UTC day in a local folder.
 *
 * @param root the raw root
 * @param written the numbers of records by kind
 */
public record SimulatedDay(Path root, RawObjectWriter.Written written) {

  private static final String DATE = "2026-11-22";

  /** Writes a day of events below a raw root. */
  public static SimulatedDay write(Path root, int events) throws IOException {
    TrafficOptions options =
        TrafficOptions.standard().withEvents(events).withStart(Instant.parse(DATE + "T00:00:00Z"));
    return new SimulatedDay(root, SimulatedObjects.write(root, options));
  }

  /** Returns the number of records whose event id an earlier record has. */
  public long repeated() {
    return written.of(Kind.RETRY) + written.of(Kind.CONFLICT);
  }

  /** Returns the number of records that are not a JSON object with members. */
  public long broken() {
    return written.of(Kind.BROKEN);
  }

  /** Returns the number of records that become an event. */
  public long events() {
    return written.records() - repeated() - broken();
  }

  /** Returns the arguments of the job that loads the day. */
  public List<String> arguments(String jdbcUrl, String user) {
    return List.of(
        "--raw", root.toUri().toString(),
        "--date", DATE,
        "--jdbc-url", jdbcUrl,
        "--db-user", user);
  }
}
