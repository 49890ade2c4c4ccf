package io.clickstream.local.demo;

import io.clickstream.simulator.SimulatedPost;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends simulated posts to the HTTP API, as a browser does that was offline until now. It sets
 * {@code sentAt} to the time of sending, so the warehouse gives an event the time at which it
 * occurred.
 */
final class TrafficSender {

  private static final int IN_FLIGHT = 32;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern SENT_AT = Pattern.compile("\"sentAt\":\"([^\"]+)\"");

  private final URI endpoint;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TrafficSender(URI endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Sends all posts.
   *
   * @param progress receives the number of responses
   * @return the number of responses by status; 0 for posts without a response
   */
  Map<Integer, Integer> send(Iterable<SimulatedPost> posts, LongConsumer progress)
      throws InterruptedException {
    Map<Integer, Integer> responses = new TreeMap<>();
    Semaphore free = new Semaphore(IN_FLIGHT);
    for (SimulatedPost post : posts) {
      free.acquire();
      client
          .sendAsync(request(post), BodyHandlers.discarding())
          .whenComplete(
              (response, failure) -> {
                synchronized (responses) {
                  responses.merge(status(response, failure), 1, Integer::sum);
                  progress.accept(responses.values().stream().mapToLong(Integer::longValue).sum());
                }
                free.release();
              });
    }
    free.acquire(IN_FLIGHT);
    return responses;
  }

  private static int status(HttpResponse<Void> response, Throwable failure) {
    return failure == null ? response.statusCode() : 0;
  }

  private HttpRequest request(SimulatedPost post) {
    return HttpRequest.newBuilder(endpoint)
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json")
        .header("User-Agent", post.userAgent())
        .POST(BodyPublishers.ofString(sentNow(post, Instant.now())))
        .build();
  }

  /** Returns true if the post has a {@code sentAt}; otherwise its time is that of reception. */
  static boolean isTimed(SimulatedPost post) {
    return SENT_AT.matcher(post.body()).find();
  }

  /** Returns the body with {@code sentAt} moved to now. */
  static String sentNow(SimulatedPost post, Instant now) {
    Matcher sentAt = SENT_AT.matcher(post.body());
    if (!sentAt.find()) {
      return post.body();
    }
    Duration waited = Duration.between(post.receivedAt(), now);
    String moved = Instant.parse(sentAt.group(1)).plusMillis(waited.toMillis()).toString();
    return post.body().substring(0, sentAt.start(1)) + moved + post.body().substring(sentAt.end(1));
  }
}
