package io.clickstream.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A table that others may read, but whose writers wait until it is let go: a test knows by it where
 * a run is, and keeps it there.
 */
public final class HeldTable implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final String jdbcUrl;
  private final String table;
  private final Connection connection;
  private final CompletableFuture<Void> held;

  /** Asks for it: of those who wait for a table, each gets its turn. */
  private HeldTable(String jdbcUrl, String table) throws SQLException {
    this.jdbcUrl = jdbcUrl;
    this.table = table;
    connection = TestWarehouses.connect(jdbcUrl);
    connection.setAutoCommit(false);
    held = CompletableFuture.runAsync(this::lock);
  }

  private void lock() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + table + " IN EXCLUSIVE MODE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Holds a table. */
  public static HeldTable of(String jdbcUrl, String table) throws SQLException {
    HeldTable held = new HeldTable(jdbcUrl, table);
    held.held.join();
    return held;
  }

  /**
   * Holds a run's staging table as soon as it is there, before anything is in it.
   *
   * @param kind what its name ends in
   * @param others left over from earlier runs
   */
  public static HeldTable staging(String jdbcUrl, String kind, Collection<String> others)
      throws Exception {
    List<String> found = new ArrayList<>();
    long end = System.nanoTime() + LIMIT.toNanos();
    // Faster than Eventually looks: the first writer comes soon.
    while (found.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no staging table of " + kind);
      }
      stagingTables(jdbcUrl).stream()
          .filter(table -> table.matches("r[0-9a-f]{32}_\\d+_" + kind) && !others.contains(table))
          .forEach(found::add);
    }
    return of(jdbcUrl, "clickstream_staging." + found.get(0));
  }

  public static Set<String> stagingTables(String jdbcUrl) throws SQLException {
    Set<String> tables = new TreeSet<>();
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      ResultSet rows =
          statement.executeQuery(
              "SELECT tablename FROM pg_tables WHERE schemaname = 'clickstream_staging'");
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return tables;
  }

  public String table() {
    return table;
  }

  /** Waits until writers wait; returns the server's processes that do. */
  public Set<Integer> awaitWriters(int writers, Set<Integer> besides) throws Exception {
    Set<Integer> found = new TreeSet<>();
    Eventually.holds(
        writers + " writers of " + table,
        LIMIT,
        () -> {
          found.clear();
          found.addAll(writers());
          found.removeAll(besides);
          return found.size() >= writers;
        });
    return found;
  }

  private Set<Integer> writers() throws SQLException {
    Set<Integer> pids = new TreeSet<>();
    try (Connection look = TestWarehouses.connect(jdbcUrl);
        Statement statement = look.createStatement()) {
      ResultSet rows =
          statement.executeQuery(
              """
              SELECT pid FROM pg_locks
              WHERE relation = '%s'::regclass AND mode = 'RowExclusiveLock' AND NOT granted"""
                  .formatted(table));
      while (rows.next()) {
        pids.add(rows.getInt(1));
      }
    }
    return pids;
  }

  /** Lets those through who wait now, and holds the table again before the next. */
  public HeldTable letThrough() throws Exception {
    HeldTable next = new HeldTable(jdbcUrl, table);
    Eventually.holds("the next holder waits", LIMIT, this::anotherHolderWaits);
    close();
    next.held.join();
    return next;
  }

  private boolean anotherHolderWaits() throws SQLException {
    return TestWarehouses.number(
            jdbcUrl,
            """
            SELECT count(*) FROM pg_locks
            WHERE relation = '%s'::regclass AND mode = 'ExclusiveLock' AND NOT granted"""
                .formatted(table))
        > 0;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
