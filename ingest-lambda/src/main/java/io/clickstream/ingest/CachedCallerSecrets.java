package io.clickstream.ingest;

import io.clickstream.ingest.http.CallerSecrets;
import io.clickstream.ingest.http.RequestAuthenticator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Keys and secrets of callers that are read when a request needs them, and again when they are old.
 * So a snapshot of the process holds none, and a changed secret counts after five minutes.
 */
final class CachedCallerSecrets implements CallerSecrets {

  static final Duration MAX_AGE = Duration.ofMinutes(5);

  /** Time between attempts while an old value still counts. */
  static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  /** Reads the lists by their names. */
  @FunctionalInterface
  interface Source {
    Map<String, String> read() throws IOException;
  }

  private final Source source;
  private final boolean unsignedAllowed;
  private RequestAuthenticator known;
  private Instant readAgainAt;

  CachedCallerSecrets(Source source, boolean unsignedAllowed) {
    this.source = source;
    this.unsignedAllowed = unsignedAllowed;
  }

  /** A value that cannot be read again still counts: an outage must not lock callers out. */
  @Override
  public synchronized RequestAuthenticator at(Instant now) throws IOException {
    if (known == null || !now.isBefore(readAgainAt)) {
      try {
        known = read();
        readAgainAt = now.plus(MAX_AGE);
      } catch (IOException e) {
        if (known == null) {
          throw e;
        }
        readAgainAt = now.plus(RETRY_AFTER);
      }
    }
    return known;
  }

  private RequestAuthenticator read() throws IOException {
    Map<String, String> lists = source.read();
    RequestAuthenticator read =
        new RequestAuthenticator(
            Settings.list(lists.getOrDefault(Settings.SHARED_KEYS, "")),
            Settings.list(lists.getOrDefault(Settings.HMAC_SECRETS, "")),
            unsignedAllowed);
    if (read.keys().isEmpty() && read.secrets().isEmpty()) {
      throw new IOException("Cannot use the secret of callers: it holds no key and no secret.");
    }
    return read;
  }
}
