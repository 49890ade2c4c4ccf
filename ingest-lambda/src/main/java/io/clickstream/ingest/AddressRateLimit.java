package io.clickstream.ingest;

import io.clickstream.event.Limits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * So many events a second from an address, ten seconds' worth at once. Counts in this process only:
 * with n environments of the function an address gets up to n times as much. It stops a single loop
 * gone wild at little cost; the limit of all callers together is the API's throttling.
 */
final class AddressRateLimit implements RateLimit {

  private static final int ADDRESSES = 10_000;
  private static final double BURST_SECONDS = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  /** What an address may still send, and when that was so. */
  private record Allowance(double events, long nanos) {}

  private final double eventsPerSecond;
  private final double burst;
  private final LongSupplier nanos;

  /** The ones not seen for longest go first: what is held is bounded. */
  private final Map<String, Allowance> allowances =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
          return size() > ADDRESSES;
        }
      };

  /**
   * @param eventsPerSecond more than 0
   * @param nanos a clock that only goes forward
   */
  AddressRateLimit(double eventsPerSecond, LongSupplier nanos) {
    this.eventsPerSecond = eventsPerSecond;
    // A whole batch must pass at some time.
    this.burst = Math.max(Limits.BATCH_EVENTS, eventsPerSecond * BURST_SECONDS);
    this.nanos = nanos;
  }

  @Override
  public synchronized Optional<Duration> retryAfter(String sourceIp, int events) {
    long now = nanos.getAsLong();
    Allowance before = allowances.getOrDefault(sourceIp, new Allowance(burst, now));
    double seconds = Math.max(0, (now - before.nanos()) / NANOS_PER_SECOND);
    double left = Math.min(burst, before.events() + seconds * eventsPerSecond);
    if (left < events) {
      allowances.put(sourceIp, new Allowance(left, now));
      return Optional.of(
          Duration.ofNanos((long) ((events - left) / eventsPerSecond * NANOS_PER_SECOND)));
    }
    allowances.put(sourceIp, new Allowance(left - events, now));
    return Optional.empty();
  }
}
