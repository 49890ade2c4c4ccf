package io.clickstream.bench;

import io.clickstream.local.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Posts events at an even pace, and notes when the warehouse has the row of each, and when an open
 * page of the dashboards' live mode counts it.
 */
final class PostedEvents implements AutoCloseable {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1) / 50;
  private static final int POLL_MS = 100;
  private static final int ACCEPTED = 200;

  private final URI endpoint;
  private final Connection warehouse;
  private final Connection dashboards;
  private final LiveQuery live;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<UUID, Long> postedAt = new ConcurrentHashMap<>();
  private final Map<UUID, Long> unseen = new ConcurrentHashMap<>();
  private final List<Double> delays = Collections.synchronizedList(new ArrayList<>());
  private final List<Double> delaysOnPage = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<String> failure = new AtomicReference<>();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final ScheduledExecutorService watch = Executors.newScheduledThreadPool(2);
  private long seenLoads;
  private volatile long stored;

  /** Begins to watch the warehouse of a platform. */
  PostedEvents(LocalStack stack, LiveQuery live) throws SQLException {
    this.endpoint = stack.api().endpoint();
    this.warehouse = stack.postgres().connect(LocalStack.DATABASE);
    this.dashboards = stack.postgres().connect(LocalStack.DATABASE);
    this.live = live;
    // One snapshot for the numbers of the page, and for the events that they count.
    dashboards.setAutoCommit(false);
    dashboards.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    watch.scheduleWithFixedDelay(this::look, POLL_MS, POLL_MS, TimeUnit.MILLISECONDS);
    int refresh = LiveQuery.REFRESH_SECONDS;
    watch.scheduleAtFixedRate(this::refreshPage, refresh, refresh, TimeUnit.SECONDS);
  }

  /** Posts events, each by one of a hundred visitors. Does not wait for the answers. */
  void post(int events) throws InterruptedException {
    long next = System.nanoTime();
    for (int event = 0; event < events; event++) {
      TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
      next += PACE_NANOS;
      post(UUID.randomUUID(), event % 100);
    }
  }

  private void post(UUID id, int visitor) {
    String body =
        """
        {"eventId":"%s","eventName":"product_view","clientId":"visitor-%d","pageUrl":\
        "https://shop.example/p/%d","product":{"id":"%d","name":"Laptop %d","price":"21990000"}}"""
            .formatted(id, visitor, visitor, visitor, visitor);
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    long now = System.nanoTime();
    postedAt.put(id, now);
    unseen.put(id, now);
    unanswered.incrementAndGet();
    client
        .sendAsync(request, BodyHandlers.ofString())
        .whenComplete(
            (response, error) -> {
              if (error != null || response.statusCode() != ACCEPTED) {
                failure.set(error == null ? describe(response) : error.toString());
              }
              unanswered.decrementAndGet();
            });
  }

  private static String describe(HttpResponse<String> response) {
    return "POST: " + response.statusCode() + " " + response.body();
  }

  /** Looks for new rows after each new row of the ledger, which the same transaction commits. */
  private void look() {
    try (Statement statement = warehouse.createStatement()) {
      long loads = number(statement, "SELECT count(*) FROM etl_runs");
      if (loads == seenLoads) {
        return;
      }
      long now = System.nanoTime();
      seenLoads = loads;
      ResultSet row = statement.executeQuery("SELECT event_id FROM clickstream_events");
      while (row.next()) {
        Long posted = postedAt.remove(row.getObject(1, UUID.class));
        if (posted != null) {
          delays.add((now - posted) / NANOS_PER_SECOND);
          stored++;
        }
      }
    } catch (SQLException e) {
      failure.set(e.getMessage());
    }
  }

  /** The events of a minute that has begun since the shared instant are not on the page yet. */
  private void refreshPage() {
    try (Statement statement = dashboards.createStatement()) {
      List<UUID> stored = new ArrayList<>();
      long counted = number(statement, live.at(Instant.now()), "events");
      long now = System.nanoTime();
      ResultSet row = statement.executeQuery("SELECT event_id FROM clickstream_events");
      while (row.next()) {
        stored.add(row.getObject(1, UUID.class));
      }
      dashboards.commit();
      if (counted == stored.size()) {
        for (UUID id : stored) {
          Long posted = unseen.remove(id);
          if (posted != null) {
            delaysOnPage.add((now - posted) / NANOS_PER_SECOND);
          }
        }
      }
    } catch (SQLException e) {
      failure.set(e.getMessage());
    }
  }

  /** Returns the sum of a column. */
  private static long number(Statement statement, String query, String column) throws SQLException {
    long sum = 0;
    ResultSet row = statement.executeQuery(query);
    while (row.next()) {
      sum += row.getLong(column);
    }
    return sum;
  }

  private static long number(Statement statement, String query) throws SQLException {
    ResultSet row = statement.executeQuery(query);
    row.next();
    return row.getLong(1);
  }

  /** Waits until every posted event was accepted, is stored, and is counted on the page. */
  void awaitAllSeen(Duration limit, Process follower) throws IOException, InterruptedException {
    long startedAt = System.nanoTime();
    while (unanswered.get() > 0 || !postedAt.isEmpty() || !unseen.isEmpty()) {
      if (failure.get() != null) {
        throw new IOException(failure.get());
      }
      if (!follower.isAlive()) {
        throw new IOException("the follower has ended");
      }
      if (System.nanoTime() - startedAt > limit.toNanos()) {
        throw new IOException(
            "%d events are not stored, and %d are not on the page, after %s"
                .formatted(postedAt.size(), unseen.size(), limit));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }

  /** Forgets the delays of a warm-up. */
  void forgetDelays() {
    delays.clear();
    delaysOnPage.clear();
  }

  /** Returns a quantile of the seconds to the row. */
  Ratio delay(double quantile) {
    return quantileOf(delays, quantile);
  }

  /** Returns a quantile of the seconds to the page. */
  Ratio delayOnPage(double quantile) {
    return quantileOf(delaysOnPage, quantile);
  }

  private static Ratio quantileOf(List<Double> delays, double quantile) {
    List<Double> sorted = new ArrayList<>(delays);
    Collections.sort(sorted);
    return Ratio.once(sorted.get((int) Math.ceil(quantile * sorted.size()) - 1));
  }

  long stored() {
    return stored;
  }

  long loads() {
    return seenLoads;
  }

  @Override
  public void close() throws SQLException {
    watch.shutdownNow();
    warehouse.close();
    dashboards.close();
  }
}
