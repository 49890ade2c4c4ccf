package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.time.Duration;
import java.time.Instant;

/**
 * The lock that lets one closing or swap at a time work on a warehouse. Loads do not take it.
 *
 * <p>It is an advisory lock of a session. A lock of a row would need a transaction, and {@code
 * VACUUM} keeps all rows that were removed during one. The server frees the lock when the session
 * ends, also if the process was killed.
 */
public final class ClosingLock implements AutoCloseable {

  /**
   * Time that a statement of a killed process may still run: see {@code
   * client_connection_check_interval} in {@code configure_connection.sql}.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final SqlConnection connection;

  private ClosingLock(SqlConnection connection) {
    this.connection = connection;
  }

  /**
   * Takes the lock.
   *
   * @param purpose what it is for, as a verb
   * @throws LoadException if another process has it, and keeps it for some seconds
   */
  public static ClosingLock take(Warehouse warehouse, String purpose) {
    SqlConnection connection = SqlConnection.open(warehouse);
    try {
      Instant end = Instant.now().plus(PATIENCE);
      while (!tryTake(connection)) {
        if (Instant.now().isAfter(end)) {
          throw new LoadException(
              "Cannot %s: another closing or swap of this warehouse is running (%s). Wait for its end, then run the same command again."
                  .formatted(purpose, holder(connection)));
        }
        Thread.sleep(PAUSE.toMillis());
      }
      return new ClosingLock(connection);
    } catch (InterruptedException e) {
      connection.close();
      Thread.currentThread().interrupt();
      throw new LoadException("Cannot %s: interrupted.".formatted(purpose), e);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static boolean tryTake(SqlConnection connection) {
    return connection
        .firstRow(
            "SELECT pg_try_advisory_lock('etl_closings'::REGCLASS::OID::INTEGER, 0)",
            row -> row.getBoolean(1))
        .orElseThrow();
  }

  private static String holder(SqlConnection connection) {
    return connection
        .firstRow(
            SqlStatement.of(ClosingLock.class, "holder_of_closing_lock").text(),
            row -> row.getString(1))
        .orElse("it has just ended");
  }

  /** Returns the session of the lock, for work outside of transactions. */
  SqlConnection connection() {
    return connection;
  }

  /**
   * Fails if the session of the lock has ended, because another process may have the lock then.
   *
   * @throws DatabaseException if it has
   */
  public void requireHeld() {
    connection.number("SELECT 1");
  }

  /** Frees the lock. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (DatabaseException e) {
      // The server has ended the session, and with it the lock.
    }
  }
}
