package io.clickstream.bench.incremental;

import io.clickstream.simulator.SimulatedPost;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A client that never pauses, so that its sessions end at the cut marks only.
 *
 * @param start its first event
 * @param interval between two events
 */
record AlwaysOnBot(Instant start, Duration interval) {

  private static final String CLIENT_ID = "always-on-bot";

  /** The warehouse's name for it. */
  static final String VISITOR_ID = "c:" + CLIENT_ID;

  private static final String USER_AGENT = "Mozilla/5.0 (compatible; Googlebot/2.1)";
  private static final String ADDRESS = "203.0.113.7";

  /** Its events in [from, to), on time. */
  List<SimulatedPost> between(Instant from, Instant to) {
    return Stream.iterate(from, at -> at.isBefore(to), at -> at.plus(interval))
        .map(AlwaysOnBot::post)
        .toList();
  }

  /** An event that it makes besides, between two others; the place of one that comes late. */
  SimulatedPost besides(Instant event) {
    return post(event.plus(interval.dividedBy(2)));
  }

  private static SimulatedPost post(Instant at) {
    String body =
        """
        {"eventId":"%s","eventName":"page_view","clientId":"%s","pageUrl":"https://shop.example/"}"""
            .formatted(id("event", at), CLIENT_ID);
    return new SimulatedPost(id("post", at), at, body, ADDRESS, USER_AGENT, Kind.BOT);
  }

  private static UUID id(String what, Instant at) {
    return UUID.nameUUIDFromBytes((what + at).getBytes(StandardCharsets.UTF_8));
  }
}
