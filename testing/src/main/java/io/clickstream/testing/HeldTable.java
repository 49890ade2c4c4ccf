package io.clickstream.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A table whose writers wait until the test closes this object; readers do not wait. With it a test
 * finds out which step a run has reached, and stops the run there.
 */
public final class HeldTable implements AutoCloseable {

  /** The lock by which a kind of table is held. */
  private record Lock(String statement, String condition, String writersMode) {

    static Lock ofTable(String table) {
      return new Lock(
          "LOCK TABLE " + table + " IN EXCLUSIVE MODE",
          "relation = '" + table + "'::regclass",
          "RowExclusiveLock");
    }

    static Lock ofStaging(String kind) {
      return new Lock(
          "SELECT pg_advisory_xact_lock(" + keys(kind) + ")",
          """
          locktype = 'advisory' AND (classid, objid) = (%s)
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
              .formatted(keys(kind)),
          "ShareLock");
    }

    static String keys(String kind) {
      return "4711, " + (kind.hashCode() & 0xFFFF);
    }
  }

  private final String jdbcUrl;
  private final Lock lock;
  private final Connection connection;
  private final CompletableFuture<Void> held;

  private HeldTable(String jdbcUrl, Lock lock) throws SQLException {
    this.jdbcUrl = jdbcUrl;
    this.lock = lock;
    connection = TestWarehouses.connect(jdbcUrl);
    connection.setAutoCommit(false);
    held = CompletableFuture.runAsync(this::take);
  }

  private void take() {
    try (Statement statement = connection.createStatement()) {
      statement.execute(lock.statement());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Holds an existing table. */
  public static HeldTable of(String jdbcUrl, String table) throws SQLException {
    return hold(jdbcUrl, Lock.ofTable(table));
  }

  /**
   * Holds the staging tables that runs create from now on.
   *
   * @param kind the end of their names, such as {@code events}
   */
  public static HeldTable staging(String jdbcUrl, String kind) throws SQLException {
    try (Connection connection = TestWarehouses.connect(jdbcUrl);
        Statement statement = connection.createStatement()) {
      statement.execute(
          SqlResource.text("hold_future_staging_tables")
              .replace("${kind}", kind)
              .replace("${hold_writers}", "hold_writers_of_" + kind)
              .replace("${hold_tables}", "hold_tables_of_" + kind)
              .replace("${lock}", Lock.keys(kind)));
    }
    return hold(jdbcUrl, Lock.ofStaging(kind));
  }

  private static HeldTable hold(String jdbcUrl, Lock lock) throws SQLException {
    HeldTable table = new HeldTable(jdbcUrl, lock);
    table.held.join();
    return table;
  }

  /** Returns the names of all staging tables of a warehouse. */
  public static Set<String> stagingTables(String jdbcUrl) throws SQLException {
    return new TreeSet<>(
        TestWarehouses.texts(
            jdbcUrl, "SELECT tablename FROM pg_tables WHERE schemaname = 'clickstream_staging'"));
  }

  /**
   * Waits until writers wait for the table.
   *
   * @param besides server processes that do not count
   * @return the server processes of the others
   */
  public Set<Integer> awaitWriters(int writers, Set<Integer> besides) throws Exception {
    Set<Integer> found = new TreeSet<>();
    Eventually.holds(
        writers + " writers wait: " + lock.condition(),
        () -> {
          found.clear();
          found.addAll(waiting(lock.writersMode()));
          found.removeAll(besides);
          return found.size() >= writers;
        });
    return found;
  }

  private Set<Integer> waiting(String mode) throws SQLException {
    Set<Integer> pids = new TreeSet<>();
    try (Connection look = TestWarehouses.connect(jdbcUrl);
        Statement statement = look.createStatement()) {
      ResultSet rows =
          statement.executeQuery(
              "SELECT pid FROM pg_locks WHERE NOT granted AND mode = '%s' AND %s"
                  .formatted(mode, lock.condition()));
      while (rows.next()) {
        pids.add(rows.getInt(1));
      }
    }
    return pids;
  }

  /** Lets the writers through that wait now, and holds the table again before the next. */
  public HeldTable letThrough() throws Exception {
    HeldTable next = new HeldTable(jdbcUrl, lock);
    Eventually.holds("the next holder waits", () -> !waiting("ExclusiveLock").isEmpty());
    close();
    next.held.join();
    return next;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
