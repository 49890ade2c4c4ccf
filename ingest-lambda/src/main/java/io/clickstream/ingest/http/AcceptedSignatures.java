package io.clickstream.ingest.http;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The signatures of requests that this process has accepted, as long as they are valid. A request
 * that is sent again with the same signature is refused.
 *
 * <p>Other processes do not know them. A replay there stores nothing: the keys of its objects
 * derive from the signature, and S3 keeps the first. Only a replay in the next hour has other keys.
 */
public final class AcceptedSignatures {

  /** More than a process can accept while a signature is valid, at 300 requests per second. */
  private static final int MAX_SIGNATURES = 200_000;

  /** The end of validity by signature; the eldest first. */
  private final Map<String, Instant> ends =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MAX_SIGNATURES;
        }
      };

  /** Returns whether a request with this signature was accepted before. */
  public synchronized boolean contains(String signature) {
    return ends.containsKey(signature);
  }

  /** Remembers the signature of an accepted request until nobody can use it any more. */
  public synchronized void add(String signature, Instant now) {
    ends.values().removeIf(end -> end.isBefore(now));
    ends.put(signature, now.plus(RequestAuthenticator.VALIDITY.multipliedBy(2)));
  }
}
