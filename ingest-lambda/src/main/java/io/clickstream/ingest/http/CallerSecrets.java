package io.clickstream.ingest.http;

import java.io.IOException;
import java.time.Instant;

/** Gives the keys and secrets of callers that count at a moment. */
@FunctionalInterface
public interface CallerSecrets {

  /**
   * Returns the authenticator with these secrets.
   *
   * @param now the time of the request
   * @throws IOException when the secrets cannot be read; nobody is admitted then
   */
  RequestAuthenticator at(Instant now) throws IOException;
}
