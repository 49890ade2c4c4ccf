package io.clickstream.ingest.http;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The time of reception of a request: the gateway's {@code requestContext.timeEpoch}, in whole
 * milliseconds. The function's own clock is later by a cold start or a queue, which would date an
 * event after the events that follow it.
 *
 * <p>The function's clock counts when {@code timeEpoch} is absent or differs by more than an hour,
 * as in test events of the console.
 */
public final class ReceptionTime {

  /** The limit of one hour. A request waits far less at the gateway and for the function. */
  private static final Duration GREATEST_DIFFERENCE = Duration.ofHours(1);

  private ReceptionTime() {}

  /**
   * Returns the time of reception, to the microsecond.
   *
   * @param now the function's clock
   */
  public static Instant of(GatewayRequest request, Instant now) {
    return timeEpoch(request)
        .filter(time -> Duration.between(time, now).abs().compareTo(GREATEST_DIFFERENCE) <= 0)
        .orElseGet(() -> now.truncatedTo(ChronoUnit.MICROS));
  }

  private static Optional<Instant> timeEpoch(GatewayRequest request) {
    String text = request.context().get("timeEpoch");
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.ofEpochMilli(Long.parseLong(text)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
