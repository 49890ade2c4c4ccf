package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import java.util.function.Consumer;

/**
 * The lock that lets one run at a time change the warehouse: the row of the table {@code etl_lock}.
 *
 * <p>Only the loading role may lock the row. Anyone who can connect may take an advisory lock, and
 * so could stop all loads.
 */
final class WarehouseLock {

  private static final String LOCK = "SELECT FROM etl_lock FOR UPDATE";

  private WarehouseLock() {}

  /**
   * Takes the lock until the transaction ends.
   *
   * @param messages receives a line if the lock is not free
   */
  static void take(SqlConnection transaction, Consumer<String> messages) {
    if (!isLockedBy(transaction, LOCK + " SKIP LOCKED")) {
      messages.accept("another run is loading: waiting for its end");
      await(transaction);
    }
  }

  /** Waits until the lock is free, and takes it until the transaction ends. */
  static void await(SqlConnection connection) {
    if (!isLockedBy(connection, LOCK)) {
      throw new LoadException(
          "Cannot lock the warehouse: the table etl_lock has no row. Insert its row.");
    }
  }

  private static boolean isLockedBy(SqlConnection connection, String query) {
    return connection.firstRow(query, row -> true).isPresent();
  }
}
