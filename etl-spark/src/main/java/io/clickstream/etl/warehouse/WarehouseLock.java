package io.clickstream.etl.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
  static void take(Connection transaction, Consumer<String> messages) throws SQLException {
    try (PreparedStatement attempt =
        transaction.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
      attempt.setLong(1, NUMBER);
      ResultSet locked = attempt.executeQuery();
      locked.next();
      if (locked.getBoolean(1)) {
        return;
      }
    }
    messages.accept("another run is loading: waiting for its end");
    try (PreparedStatement wait = transaction.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      wait.setLong(1, NUMBER);
      wait.execute();
    }
  }

  /** Waits until the lock is free, and holds it until the connection closes. */
  static void await(Connection connection) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_lock(?)")) {
      lock.setLong(1, NUMBER);
      lock.execute();
    }
  }
}
