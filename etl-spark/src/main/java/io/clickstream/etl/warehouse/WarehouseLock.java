package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import java.util.function.Consumer;

/** The advisory lock that lets one run at a time change the warehouse. */
final class WarehouseLock {

  /** The ASCII codes of "clickstr": a number that other programs hardly use as a lock. */
  private static final long NUMBER = 0x636c69636b737472L;

  private WarehouseLock() {}

  /**
   * Takes the lock until the transaction ends.
   *
   * @param messages receives a line if the lock is not free
   */
  static void take(SqlConnection transaction, Consumer<String> messages) {
    String attempt = "SELECT pg_try_advisory_xact_lock(" + NUMBER + ")";
    if (transaction.firstRow(attempt, row -> row.getBoolean(1)).orElseThrow()) {
      return;
    }
    messages.accept("another run is loading: waiting for its end");
    transaction.execute("SELECT pg_advisory_xact_lock(" + NUMBER + ")");
  }

  /** Waits until the lock is free, and holds it until the connection closes. */
  static void await(SqlConnection connection) {
    connection.execute("SELECT pg_advisory_lock(" + NUMBER + ")");
  }
}
