package io.clickstream.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;

/**
 * Amazon S3, or any server that speaks its API and honours {@code If-None-Match} on PUT: one signed
 * PUT an object, by {@link S3Connection}.
 *
 * <p>What may pass is tried again under the same key while time is left. A key is new and its
 * caller's own, so one that is taken at a later try was stored by an earlier one whose answer was
 * lost.
 */
public final class S3ObjectStore implements ObjectStore {

  private static final int TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LEAST_TIME_FOR_A_TRY = Duration.ofMillis(100);

  private static final int OK = 200;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  /** Errors of status 400 that pass. */
  private static final Set<String> PASSING_CODES = Set.of("RequestTimeout", "ExpiredToken");

  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,64})</Code>");
  private static final int MOST_OF_AN_ERROR = 8 << 10;

  private final S3Connection connection;

  S3ObjectStore(S3Connection connection) {
    this.connection = connection;
  }

  /** A store on the configured bucket, with the function's credentials. */
  static S3ObjectStore connect(Settings settings) {
    return new S3ObjectStore(
        new S3Connection(
            S3Endpoint.of(settings),
            S3Connection::urlConnection,
            S3Connection::functionCredentials));
  }

  /** What one try came to. */
  private record Outcome(int status, String code) {

    boolean passes() {
      return status >= SERVER_ERROR
          || status == TOO_MANY_REQUESTS
          || status == CONFLICT
          || PASSING_CODES.contains(code);
    }

    @Override
    public String toString() {
      return "S3 answered " + status + (code.isEmpty() ? "" : " " + code);
    }
  }

  @Override
  public void putNew(RawObject object, Deadline deadline) throws IOException {
    String failure = "there was no time left";
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; attempt <= TRIES && deadline.allows(LEAST_TIME_FOR_A_TRY); attempt++) {
      try {
        Outcome outcome = put(object, deadline);
        if (outcome.status() == OK || outcome.status() == PRECONDITION_FAILED && attempt > 1) {
          return;
        }
        failure = outcome.toString();
        if (!outcome.passes()) {
          break;
        }
      } catch (IOException | SdkException e) {
        failure = "S3 was not reached: " + e.getClass().getSimpleName();
      }
      pauseBefore(attempt + 1, pause, deadline);
      pause = pause.multipliedBy(2);
    }
    throw new IOException(failure);
  }

  /** A random part of the pause: those who failed together should not come again together. */
  private static void pauseBefore(int attempt, Duration most, Deadline deadline)
      throws IOException {
    if (attempt > TRIES) {
      return;
    }
    try {
      deadline.pause(Duration.ofNanos(ThreadLocalRandom.current().nextLong(most.toNanos())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while storing");
    }
  }

  private Outcome put(RawObject object, Deadline deadline) throws IOException {
    HttpExecuteResponse response = connection.put(object, deadline);
    int status = response.httpResponse().statusCode();
    // Read to its end, so that the connection can be used again.
    byte[] body = new byte[0];
    if (response.responseBody().isPresent()) {
      try (AbortableInputStream in = response.responseBody().get()) {
        body = in.readNBytes(MOST_OF_AN_ERROR);
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    Matcher code = CODE.matcher(new String(body, StandardCharsets.UTF_8));
    return new Outcome(status, status != OK && code.find() ? code.group(1) : "");
  }

  /** Does all but send: what stands in the way of a first request is then loaded. */
  ObjectStore rehearsal() {
    return (object, deadline) -> connection.rehearse(object);
  }

  /** Where snapshots of the process begin and end. */
  S3Connection connection() {
    return connection;
  }
}
