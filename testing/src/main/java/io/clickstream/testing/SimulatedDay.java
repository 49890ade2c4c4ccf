package io.clickstream.testing;

import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.SimulatedPost.Kind;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Raw objects of one UTC day, in a local folder.
 *
 * @param root the raw root
 * @param written how many of which kind
 */
public record SimulatedDay(Path root, RawObjectWriter.Written written) {

  private static final String DATE = "2026-11-22";

  public static SimulatedDay write(Path root, int events) throws IOException {
    TrafficOptions options =
        TrafficOptions.standard().withEvents(events).withStart(Instant.parse(DATE + "T00:00:00Z"));
    return new SimulatedDay(
        root,
        new RawObjectWriter(root, RawObjectWriter.Settings.standard())
            .write(new Traffic(options), done -> {}));
  }

  /** Records that share their event id with an earlier one. */
  public long repeated() {
    return written.of(Kind.RETRY) + written.of(Kind.TWIN);
  }

  /** Records that are no JSON object with members. */
  public long broken() {
    return written.of(Kind.BROKEN);
  }

  /** Records that become an event. */
  public long events() {
    return written.records() - repeated() - broken();
  }

  /** The job's arguments that load it. */
  public List<String> arguments(String jdbcUrl, String user) {
    return List.of(
        "--raw", root.toUri().toString(),
        "--date", DATE,
        "--jdbc-url", jdbcUrl,
        "--db-user", user);
  }
}
