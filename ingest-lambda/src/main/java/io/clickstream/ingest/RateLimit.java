package io.clickstream.ingest;

import java.time.Duration;
import java.util.Optional;

/**
 * Tells who sends too much; such a request is answered with 429 and stores nothing. Called once a
 * request, after its events were checked.
 */
@FunctionalInterface
public interface RateLimit {

  /** Never too much. */
  RateLimit NONE = (sourceIp, events) -> Optional.empty();

  /**
   * Asks for a request's events.
   *
   * @param sourceIp the caller's address as the gateway saw it; empty when unknown
   * @param events how many, at least one
   * @return how long the caller should wait, when it is too much
   */
  Optional<Duration> retryAfter(String sourceIp, int events);
}
