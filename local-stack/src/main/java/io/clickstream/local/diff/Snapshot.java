package io.clickstream.local.diff;

import io.clickstream.etl.sql.CopiedRows;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.RowReader;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.Warehouse;
import java.util.List;

/**
 * One state of a warehouse, which later loads do not change.
 *
 * <p>It is a transaction that only reads, of isolation level REPEATABLE READ.
 */
public final class Snapshot implements AutoCloseable {

  private final Warehouse warehouse;
  private final SqlConnection connection;

  private Snapshot(Warehouse warehouse, SqlConnection connection) {
    this.warehouse = warehouse;
    this.connection = connection;
  }

  /**
   * Opens the present state of a warehouse.
   *
   * @throws LoadException if the warehouse cannot be reached
   */
  public static Snapshot open(Warehouse warehouse) {
    SqlConnection connection;
    try {
      connection = SqlConnection.open(warehouse);
    } catch (DatabaseException e) {
      throw new LoadException(
          "Cannot read the warehouse as %s: %s".formatted(warehouse, e.getMessage()), e);
    }
    try {
      connection.begin();
      connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      connection.execute(SqlStatement.of(Snapshot.class, "text_forms").text());
      // The first query fixes the state.
      if (connection.number("SELECT count(to_regclass('schema_version'))") == 0) {
        throw new LoadException(
            "Cannot compare %s: it is not a warehouse. Run ./clickstream migrate."
                .formatted(warehouse));
      }
      return new Snapshot(warehouse, connection);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  <T> List<T> rows(String statement, RowReader<T> reader) {
    return connection.rows(SqlStatement.of(Snapshot.class, statement).text(), reader);
  }

  CopiedRows copy(String query) {
    return connection.copy(query);
  }

  /** Returns the user and the address, without the password. */
  @Override
  public String toString() {
    return warehouse.toString();
  }

  @Override
  public void close() {
    connection.close();
  }
}
