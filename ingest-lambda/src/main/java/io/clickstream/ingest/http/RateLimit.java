package io.clickstream.ingest.http;

import java.time.Duration;
import java.util.Optional;

/**
 * Limits the events that an address may send. A request over the limit is answered 429 and stores
 * nothing. The limit is asked once per request, after all events of the request were validated.
 */
@FunctionalInterface
public interface RateLimit {

  /** Limits nothing. */
  RateLimit NONE = (sourceIp, events) -> Optional.empty();

  /**
   * Takes the events of one request from the caller's allowance.
   *
   * @param sourceIp the caller's address as the gateway saw it; empty when unknown
   * @param events the number of events, at least 1
   * @return the time after which the caller may retry; empty when the request is within the limit
   */
  Optional<Duration> retryAfter(String sourceIp, int events);
}
