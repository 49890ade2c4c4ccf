package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The lock that lets one run at a time change the warehouse: the row of the table {@code etl_lock}.
 *
 * <p>Only the loading role may lock the row. Anyone who can connect may take an advisory lock, and
 * so could stop all loads. The row counts the transactions that held the lock and were committed.
 */
public final class WarehouseLock {

  private static final String LOCK = "SELECT changes FROM etl_lock FOR UPDATE";

  private WarehouseLock() {}

  /**
   * Returns the number of committed changes of the warehouse. Rows that are read afterwards are
   * still valid under the lock if {@link #take} returns the same number.
   */
  public static long changes(SqlConnection connection) {
    return present(connection.firstRow("SELECT changes FROM etl_lock", row -> row.getLong(1)));
  }

  /**
   * Takes the lock until the transaction ends, and counts the transaction as a change.
   *
   * @param messages receives a line if the lock is not free
   * @return the number of earlier changes
   */
  static long take(SqlConnection transaction, Consumer<String> messages) {
    Optional<Long> free = lock(transaction, LOCK + " SKIP LOCKED");
    if (free.isEmpty()) {
      messages.accept("another run is loading: waiting for its end");
    }
    long changes = free.isPresent() ? free.get() : await(transaction);
    transaction.update("UPDATE etl_lock SET changes = changes + 1");
    return changes;
  }

  /**
   * Waits until the lock is free, and takes it until the transaction ends.
   *
   * @return the number of changes
   */
  static long await(SqlConnection connection) {
    return present(lock(connection, LOCK));
  }

  private static Optional<Long> lock(SqlConnection connection, String query) {
    return connection.firstRow(query, row -> row.getLong(1));
  }

  private static long present(Optional<Long> changes) {
    return changes.orElseThrow(
        () ->
            new LoadException(
                "Cannot lock the warehouse: the table etl_lock has no row. Insert its row."));
  }
}
