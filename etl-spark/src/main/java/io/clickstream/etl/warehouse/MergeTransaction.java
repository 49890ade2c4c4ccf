package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import java.util.function.Consumer;

/**
 * The transaction that changes the warehouse.
 *
 * <p>Its first statement takes the warehouse lock. No other run changes the warehouse until this
 * transaction ends, so rows that any connection of this run reads stay valid. The isolation level
 * is READ COMMITTED, so each statement sees what the previous holder of the lock committed.
 */
public final class MergeTransaction implements AutoCloseable {

  private final Warehouse warehouse;
  private final Consumer<String> messages;
  private final SqlConnection connection;
  private final long earlierChange;
  private final long lockedAt;

  /**
   * Begins the transaction, and waits until no other run holds the lock.
   *
   * @param messages receives lines for the operator
   */
  public MergeTransaction(Warehouse warehouse, Consumer<String> messages) {
    this.warehouse = warehouse;
    this.messages = messages;
    this.connection = SqlConnection.open(warehouse);
    try {
      connection.begin();
      this.earlierChange = WarehouseLock.take(connection, messages);
      this.lockedAt = System.nanoTime();
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Returns the connection of the transaction. */
  public SqlConnection connection() {
    return connection;
  }

  /** Returns the id of the transaction that changed the warehouse last before this one. */
  public long earlierChange() {
    return earlierChange;
  }

  /** Returns the time since the lock was taken. */
  public long lockHeldNanos() {
    return System.nanoTime() - lockedAt;
  }

  /**
   * Writes the ledger row and commits.
   *
   * <p>If the connection breaks during the commit, the ledger is read to find out whether the
   * transaction was committed.
   *
   * @throws LoadException if the row is not balanced; nothing is committed then
   */
  public void commit(LedgerRow row) {
    if (!row.isBalanced()) {
      throw new LoadException(
          "Cannot commit: the balance does not hold. Nothing was loaded: " + row.toJson());
    }
    Ledger.insert(connection, row);
    try {
      connection.commit();
    } catch (DatabaseException e) {
      if (!isInLedger(row, e)) {
        throw e;
      }
      messages.accept("the connection broke during the commit, but the ledger has the slice");
    }
  }

  /**
   * Commits a batch of a closing. It has no row in {@code etl_runs}: {@code etl_closings} counts
   * it. If it is uncertain whether it was committed, the closing is run again.
   */
  public void commitClosing() {
    connection.commit();
  }

  private boolean isInLedger(LedgerRow row, DatabaseException commitFailure) {
    try (SqlConnection other = SqlConnection.open(warehouse)) {
      // The lock is free as soon as the transaction has ended, by commit or by rollback.
      WarehouseLock.await(other);
      return Ledger.contains(other, row);
    } catch (DatabaseException e) {
      commitFailure.addSuppressed(e);
      return false;
    }
  }

  /** Closes the connection; changes that were not committed are rolled back. */
  @Override
  public void close() {
    connection.close();
  }
}
