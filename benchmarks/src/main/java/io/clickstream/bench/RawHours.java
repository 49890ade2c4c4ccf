package io.clickstream.bench;

import io.clickstream.event.RawKey;
import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.RawObjectWriter.Settings;
import io.clickstream.simulator.SimulatedPost;
import io.clickstream.simulator.SimulatedPost.Kind;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Hours of simulated raw objects below a root. */
record RawHours(URI root, Instant start, int count) {

  /** Events in a batch object. A hundred thousand objects of one event would take minutes. */
  static final int BATCH = 500;

  /** Kinds of posts whose event id a peer can read: neither broken ones nor ones without an id. */
  static final Set<Kind> WITH_ID =
      EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT, Kind.RETRY, Kind.CONFLICT);

  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final int EVENTS_PER_HOUR = 5_000;

  /** More posts than events are simulated, since posts of other kinds are left out. */
  private static final double POSTS_PER_EVENT = 1.02;

  private static final int SPARE_POSTS = 100;

  static RawHours parse(String text) {
    String[] words = text.split(",");
    return new RawHours(URI.create(words[0]), Instant.parse(words[1]), Integer.parseInt(words[2]));
  }

  @Override
  public String toString() {
    return root + "," + start + "," + count;
  }

  static RawHours oneHour(Path folder) {
    return new RawHours(folder.toUri(), START, 1);
  }

  /** Writes an exact number of events of some kinds, about five thousand an hour. */
  static RawHours exactly(Path folder, int events, Set<Kind> kinds, int perObject)
      throws Exception {
    RawHours hours = new RawHours(folder.toUri(), START, Math.max(1, events / EVENTS_PER_HOUR));
    Traffic traffic = hours.traffic(Math.round(events * POSTS_PER_EVENT) + SPARE_POSTS);
    return hours.write(
        () -> traffic.stream().filter(post -> kinds.contains(post.kind())).limit(events).iterator(),
        perObject);
  }

  Traffic traffic(long posts) {
    return new Traffic(new TrafficOptions(posts, 1, start, length()));
  }

  /** Writes posts below the root, which is a local folder. */
  RawHours write(Iterable<SimulatedPost> posts, int perObject) throws Exception {
    Settings settings = Settings.standard().withBatchSize(perObject);
    new RawObjectWriter(Path.of(root), settings).write(posts, done -> {});
    return this;
  }

  /**
   * Writes simulated posts below the root, which is a local folder: in batches, but one object per
   * post in some of the hours.
   *
   * @param chosen chooses among the posts
   */
  RawHours write(long posts, Predicate<SimulatedPost> chosen, RawHours singly) throws Exception {
    Predicate<SimulatedPost> isSingle = post -> singly.contain(post.receivedAt());
    write(chosen(posts, chosen.and(isSingle.negate())), BATCH);
    return write(chosen(posts, chosen.and(isSingle)), 1);
  }

  private Iterable<SimulatedPost> chosen(long posts, Predicate<SimulatedPost> chosen) {
    return () -> traffic(posts).stream().filter(chosen).iterator();
  }

  private boolean contain(Instant at) {
    return !at.isBefore(start) && at.isBefore(end());
  }

  RawHours at(Instant newStart, int newCount) {
    return new RawHours(root, newStart, newCount);
  }

  RawHours below(URI newRoot) {
    return new RawHours(newRoot, start, count);
  }

  List<Instant> list() {
    return Stream.iterate(start, hour -> hour.plus(Duration.ofHours(1))).limit(count).toList();
  }

  String[] prefixes() {
    return list().stream().map(h -> root + "/" + RawKey.hourPrefix(h)).toArray(String[]::new);
  }

  Instant end() {
    return start.plus(length());
  }

  private Duration length() {
    return Duration.ofHours(count);
  }
}
