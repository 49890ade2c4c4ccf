package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The lock that lets one run at a time change the warehouse: the row of the table {@code etl_lock}.
 *
 * <p>Only the loading role may lock the row. Anyone who can connect may take an advisory lock, and
 * so could stop all loads.
 *
 * <p>Each transaction that takes the lock writes the row anew, with the same content. PostgreSQL
 * notes the id of the last one that was committed in the system column {@code xmin}. So the content
 * of the warehouse does not depend on the number of runs.
 */
public final class WarehouseLock {

  private static final String LOCK = "SELECT FROM etl_lock FOR UPDATE";

  private WarehouseLock() {}

  /**
   * Returns the id of the transaction that changed the warehouse last. Rows that are read
   * afterwards are still valid under the lock if {@link #take} returns the same id.
   */
  public static long lastChange(SqlConnection connection) {
    String query = "SELECT xmin::TEXT::BIGINT FROM etl_lock";
    return present(connection.firstRow(query, row -> row.getLong(1)));
  }

  /**
   * Takes the lock until the transaction ends, and notes the transaction as a change.
   *
   * @param messages receives a line if the lock is not free
   * @return the id of the last change before this one
   */
  static long take(SqlConnection transaction, Consumer<String> messages) {
    if (lock(transaction, LOCK + " SKIP LOCKED").isEmpty()) {
      messages.accept("another run is loading: waiting for its end");
      await(transaction);
    }
    long lastChange = lastChange(transaction);
    transaction.update("UPDATE etl_lock SET only_row = only_row");
    return lastChange;
  }

  /** Waits until the lock is free, and takes it until the transaction ends. */
  static void await(SqlConnection connection) {
    present(lock(connection, LOCK));
  }

  private static Optional<Boolean> lock(SqlConnection connection, String query) {
    return connection.firstRow(query, row -> true);
  }

  private static <T> T present(Optional<T> row) {
    return row.orElseThrow(
        () ->
            new LoadException(
                "Cannot lock the warehouse: the table etl_lock has no row. Insert its row."));
  }
}
