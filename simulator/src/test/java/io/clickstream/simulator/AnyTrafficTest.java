package io.clickstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class AnyTrafficTest {

  @Property(tries = 150)
  void anyOptionsGiveExactlyTheRequestedPostsInOrder(
      @ForAll @IntRange(min = 1, max = 600) int events,
      @ForAll long seed,
      @ForAll @LongRange(min = 946_684_800_000L, max = 4_000_000_000_000L) long start,
      @ForAll @IntRange(min = 1, max = 3_000) int minutes) {
    TrafficOptions options =
        new TrafficOptions(events, seed, Instant.ofEpochMilli(start), Duration.ofMinutes(minutes));

    List<SimulatedPost> posts = new Traffic(options).stream().toList();

    assertThat(posts)
        .hasSize(events)
        .isSortedAccordingTo(Comparator.comparing(SimulatedPost::receivedAt))
        .allMatch(post -> !post.receivedAt().isBefore(options.start()))
        .allMatch(post -> post.receivedAt().isBefore(options.end()));
  }
}
