package io.clickstream.etl.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * The transaction that changes the warehouse. Its first statement takes the warehouse lock, so what
 * is read after it, here or over another connection, stays as it is until the end.
 */
public final class MergeTransaction implements AutoCloseable {

  /** Any constant that nobody else uses on the server: "clickstr" in ASCII. */
  private static final long WAREHOUSE_LOCK = 0x636c69636b737472L;

  private final Warehouse warehouse;
  private final Consumer<String> messages;
  private final Connection connection;
  private final long lockedAt;

  /** Begins, waiting for other runs to end. */
  public MergeTransaction(Warehouse warehouse, Consumer<String> messages) throws SQLException {
    this.warehouse = warehouse;
    this.messages = messages;
    this.connection = warehouse.connect();
    try {
      connection.setAutoCommit(false);
      lock();
      this.lockedAt = System.nanoTime();
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void lock() throws SQLException {
    try (PreparedStatement attempt =
        connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
      attempt.setLong(1, WAREHOUSE_LOCK);
      ResultSet locked = attempt.executeQuery();
      locked.next();
      if (locked.getBoolean(1)) {
        return;
      }
    }
    messages.accept("another run is loading: waiting for its end");
    try (PreparedStatement wait = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      wait.setLong(1, WAREHOUSE_LOCK);
      wait.execute();
    }
  }

  public Connection connection() {
    return connection;
  }

  /** For how long the lock has been held. */
  public long lockHeldNanos() {
    return System.nanoTime() - lockedAt;
  }

  /**
   * Writes the ledger row and commits. A commit whose answer is lost may have happened: the ledger
   * knows.
   *
   * @throws LoadException when the row isn't balanced
   */
  public void commit(LedgerRow row) throws SQLException {
    if (!row.isBalanced()) {
      throw new LoadException("the balance does not hold, nothing was loaded: " + row.toJson());
    }
    Ledger.insert(connection, row);
    try {
      connection.commit();
    } catch (SQLException e) {
      if (!isInLedger(row, e)) {
        throw e;
      }
      messages.accept("the commit's answer was lost, but the ledger has the slice");
    }
  }

  private boolean isInLedger(LedgerRow row, SQLException lost) {
    try (Connection again = warehouse.connect();
        PreparedStatement lock = again.prepareStatement("SELECT pg_advisory_lock(?)")) {
      // Ours is free once the commit is over, whichever way.
      lock.setLong(1, WAREHOUSE_LOCK);
      lock.execute();
      return Ledger.contains(again, row);
    } catch (SQLException unreachable) {
      lost.addSuppressed(unreachable);
      return false;
    }
  }

  /** Ends it; what was not committed is undone. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
