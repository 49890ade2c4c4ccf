package io.clickstream.bench;

import io.clickstream.simulator.SimulatedPost;
import io.clickstream.simulator.SimulatedPost.Kind;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An exact number of raw objects, an event each, about five thousand an hour.
 *
 * @param objects how many
 * @param kinds of posts among them
 */
public record HourlyEvents(int objects, Set<Kind> kinds) {

  /** The first hour. */
  public static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private static final int EVENTS_AN_HOUR = 5_000;
  private static final int SPARE_POSTS = 100;

  /** More posts than objects: those of other kinds are left out, and still no hour is empty. */
  private static final double POSTS_AN_OBJECT = 1.02;

  /** Hours that they lie in. */
  public List<Instant> hours() {
    return Stream.iterate(START, hour -> hour.plus(Duration.ofHours(1)))
        .limit(Math.max(1, objects / EVENTS_AN_HOUR))
        .toList();
  }

  /** All of them. */
  public Duration length() {
    return Duration.ofHours(hours().size());
  }

  /** Writes them below a folder. */
  public RawObjects write(Path folder) throws IOException {
    RawObjects written = new RawObjects(folder);
    written.writeEvents(posts());
    return written;
  }

  /** Writes the same events in fewer objects. */
  public RawObjects writeBatches(Path folder) throws IOException {
    RawObjects written = new RawObjects(folder);
    written.writeBatches(posts());
    return written;
  }

  private Iterable<SimulatedPost> posts() {
    long posts = Math.round(objects * POSTS_AN_OBJECT) + SPARE_POSTS;
    Traffic traffic = new Traffic(new TrafficOptions(posts, 1, START, length()));
    return () ->
        traffic.stream().filter(post -> kinds.contains(post.kind())).limit(objects).iterator();
  }
}
