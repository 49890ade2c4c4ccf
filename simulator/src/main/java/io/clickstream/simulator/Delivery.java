package io.clickstream.simulator;

import io.clickstream.event.EventNames;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the events that a visit's browser tracked into the posts that the server receives: with
 * delays, events queued while offline, retries and damage.
 */
final class Delivery {

  private static final long SEND_MIN_MS = 4;
  private static final double SEND_MEAN_MS = 15;
  private static final long NETWORK_MIN_MS = 35;
  private static final double NETWORK_MEAN_MS = 90;

  private static final double GOES_OFFLINE = 0.023;
  private static final long OFFLINE_MIN_MS = 3 * 60_000;
  private static final double OFFLINE_MEAN_MS = 45 * 60_000;
  private static final long OFFLINE_MAX_MS = 8 * 3_600_000L;
  private static final long QUEUE_SPACING_MS = 40;

  private static final double RETRIED = 0.0192;
  private static final double RETRIED_AGAIN = 0.08;
  private static final double CONFLICTING = 0.0006;
  private static final double WITHOUT_ID = 0.002;
  private static final double BROKEN = 0.0017;

  private static final Weighted<Damage> DAMAGES =
      Weighted.<Damage>choices()
          .add(4, Damage.TRUNCATED)
          .add(1.5, Damage.ARRAY)
          .add(1, Damage.SCALAR)
          .add(1.5, Damage.EMPTY_OBJECT)
          .add(1.5, Damage.SINGLE_QUOTES)
          .build();

  private final long opensAt;
  private final long closesAt;
  private final SeededRandom random;
  private final List<PlannedPost> posts = new ArrayList<>();

  /**
   * @param opensAt the start of reception in epoch milliseconds; the first event is received at
   *     this instant
   * @param closesAt the end of reception, exclusive
   */
  Delivery(long opensAt, long closesAt, SeededRandom random) {
    this.opensAt = opensAt;
    this.closesAt = closesAt;
    this.random = random;
  }

  /**
   * Returns the posts of a visit, ordered by reception and numbered from 0.
   *
   * @param events the events in order, the first at {@code opensAt}
   */
  List<PlannedPost> of(List<TrackedEvent> events) {
    long offlineFrom = Long.MAX_VALUE;
    long onlineAgain = Long.MAX_VALUE;
    if (events.size() > 2 && random.chance(GOES_OFFLINE)) {
      offlineFrom = events.get(1 + random.below(events.size() - 1)).occurredAt();
      long offline = OFFLINE_MIN_MS + (long) random.exponential(OFFLINE_MEAN_MS);
      onlineAgain = offlineFrom + Math.min(offline, OFFLINE_MAX_MS);
    }
    int queued = 0;
    for (TrackedEvent event : events) {
      if (event.visitor().isBackEnd()) {
        deliver(event, Kind.SERVER);
        continue;
      }
      boolean late = event.occurredAt() >= offlineFrom && event.occurredAt() < onlineAgain;
      long sentAt =
          late
              ? onlineAgain + queued++ * QUEUE_SPACING_MS
              : event.occurredAt() + SEND_MIN_MS + (long) random.exponential(SEND_MEAN_MS);
      deliver(event.sentAt(sentAt), late ? Kind.LATE : Kind.GOOD);
    }
    posts.sort(PlannedPost.BY_RECEPTION);
    return posts;
  }

  private void deliver(TrackedEvent event, Kind kind) {
    long receivedAt =
        posts.isEmpty()
            ? opensAt
            : event.sentAt() + NETWORK_MIN_MS + (long) random.exponential(NETWORK_MEAN_MS);
    if (kind == Kind.GOOD && random.chance(WITHOUT_ID)) {
      post(receivedAt, Kind.WITHOUT_ID, event.withoutId(), null);
    } else {
      post(receivedAt, kind, event, null);
      repeat(receivedAt, event);
    }
    if (random.chance(BROKEN)) {
      post(receivedAt + random.between(1, 5_000), Kind.BROKEN, event, DAMAGES.draw(random));
    }
  }

  private void repeat(long receivedAt, TrackedEvent event) {
    if (random.chance(RETRIED)) {
      long again = receivedAt + retryDelay();
      post(again, Kind.RETRY, event, null);
      if (random.chance(RETRIED_AGAIN)) {
        post(again + retryDelay(), Kind.RETRY, event, null);
      }
    }
    if (random.chance(CONFLICTING)) {
      long time = receivedAt + random.between(1_000, 600_000);
      Visitor other = event.visitor().withClientId(random.uuid().toString());
      String otherName =
          event.name().equals(EventNames.CLICK) ? EventNames.PAGE_VIEW : EventNames.CLICK;
      post(time + NETWORK_MIN_MS, Kind.CONFLICT, event.conflicting(other, otherName, time), null);
    }
  }

  /** Returns the delay of a retry: mostly seconds, sometimes until a laptop is opened again. */
  private long retryDelay() {
    double which = random.unit();
    if (which < 0.70) {
      return random.between(1_000, 5_000);
    }
    if (which < 0.95) {
      return random.between(5_000, 120_000);
    }
    return random.between(120_000, 2 * 3_600_000L);
  }

  private void post(long receivedAt, Kind kind, TrackedEvent event, Damage damage) {
    long at = Math.max(receivedAt, opensAt);
    if (at < closesAt) {
      posts.add(new PlannedPost(at, posts.size(), kind, event, damage));
    }
  }
}
