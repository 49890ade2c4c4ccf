package io.clickstream.bench.incremental;

import io.clickstream.simulator.SimulatedPost;
import io.clickstream.simulator.SimulatedPost.Kind;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * Simulated visitors without crawlers: a day, and the hours behind it, in which visitors of that
 * day come back.
 */
final class PeoplesTraffic {

  /** A Thursday. The hours behind the day are seven in the morning and on in Viet Nam. */
  static final Instant START = Instant.parse("2026-11-19T00:00:00Z");

  static final Duration BASE = Duration.ofHours(24);

  private static final long SEED = 1;

  /** What crawlers, repeated and broken posts, and the busy hours behind it leave to the day. */
  private static final double SHARE_OF_THE_DAY = 0.88;

  private final Traffic traffic;

  PeoplesTraffic(Scale scale) {
    Duration length = BASE.plusHours(scale.hours());
    long events =
        Math.round(scale.baseEvents() / SHARE_OF_THE_DAY * length.toMinutes() / BASE.toMinutes());
    traffic = new Traffic(new TrafficOptions(events, SEED, START, length));
  }

  /** The first hour behind the day, counted from 0. */
  static Instant hour(int number) {
    return START.plus(BASE).plus(Duration.ofHours(number));
  }

  /** What is received during the day. */
  Iterable<SimulatedPost> day() {
    return received(at -> at.isBefore(hour(0)));
  }

  /** What is received in the hours behind it. */
  Iterable<SimulatedPost> hours() {
    return received(at -> !at.isBefore(hour(0)));
  }

  private Iterable<SimulatedPost> received(Predicate<Instant> wanted) {
    return () ->
        traffic.stream()
            .filter(post -> post.kind() != Kind.BOT && wanted.test(post.receivedAt()))
            .iterator();
  }
}
