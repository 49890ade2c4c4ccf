package io.clickstream.ingest.http;

import io.clickstream.event.Limits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A token bucket per address. Its rate is the number of events per second; its size is ten seconds
 * of that rate, and at least one full batch.
 *
 * <p>The buckets are in this process: with n execution environments an address gets up to n times
 * the rate. This stops one client in an endless loop; the API's throttling limits all callers
 * together.
 */
public final class TokenBucketRateLimit implements RateLimit {

  private static final int MAX_BUCKETS = 10_000;
  private static final double BURST_SECONDS = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * The bucket of one address.
   *
   * @param tokens the events that it may still send
   * @param nanos the time for which {@code tokens} holds
   */
  private record Bucket(double tokens, long nanos) {}

  private final double eventsPerSecond;
  private final double burst;
  private final LongSupplier nanos;

  /** Least recently used buckets are evicted first, so that memory is bounded. */
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_BUCKETS;
        }
      };

  /**
   * Creates a limit with full buckets.
   *
   * @param eventsPerSecond the rate, greater than 0
   * @param nanos a monotonic clock in nanoseconds, such as {@link System#nanoTime}
   */
  public TokenBucketRateLimit(double eventsPerSecond, LongSupplier nanos) {
    this.eventsPerSecond = eventsPerSecond;
    // A bucket smaller than a batch would reject every full batch.
    this.burst = Math.max(Limits.BATCH_EVENTS, eventsPerSecond * BURST_SECONDS);
    this.nanos = nanos;
  }

  @Override
  public synchronized Optional<Duration> retryAfter(String sourceIp, int events) {
    long now = nanos.getAsLong();
    Bucket before = buckets.getOrDefault(sourceIp, new Bucket(burst, now));
    double seconds = Math.max(0, (now - before.nanos()) / NANOS_PER_SECOND);
    double tokens = Math.min(burst, before.tokens() + seconds * eventsPerSecond);
    if (tokens < events) {
      buckets.put(sourceIp, new Bucket(tokens, now));
      return Optional.of(
          Duration.ofNanos((long) ((events - tokens) / eventsPerSecond * NANOS_PER_SECOND)));
    }
    buckets.put(sourceIp, new Bucket(tokens - events, now));
    return Optional.empty();
  }
}
