package io.clickstream.etl.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * A connection to PostgreSQL, in auto-commit mode until {@link #begin}.
 *
 * <p>Every method throws a {@link DatabaseException} if the server refuses, or the connection
 * breaks.
 */
public final class SqlConnection implements AutoCloseable {

  private final Connection jdbc;

  /** Creates a connection that uses one of JDBC and closes it. */
  public SqlConnection(Connection jdbc) {
    this.jdbc = jdbc;
  }

  /** Connects to a database. */
  public static SqlConnection open(Database database) {
    try {
      return new SqlConnection(database.connect());
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Returns the connection of JDBC, for {@code COPY} and results that are read as a stream. */
  public Connection jdbc() {
    return jdbc;
  }

  /** Executes a statement, or several. */
  public void execute(String sql) {
    try (Statement statement = jdbc.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Executes a statement and returns the number of changed or created rows. */
  public long update(String sql) {
    try (Statement statement = jdbc.createStatement()) {
      return statement.executeLargeUpdate(sql);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Returns the only value of a query. */
  public long number(String query) {
    return firstRow(query, row -> row.getLong(1)).orElseThrow();
  }

  /** Returns the first row of a query, or nothing if it has none. */
  public <T> Optional<T> firstRow(String query, RowReader<T> reader) {
    try (Statement statement = jdbc.createStatement()) {
      statement.setMaxRows(1);
      ResultSet row = statement.executeQuery(query);
      return row.next() ? Optional.of(reader.read(row)) : Optional.empty();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Returns the rows of a query. */
  public <T> List<T> rows(String query, RowReader<T> reader) {
    try (Statement statement = jdbc.createStatement()) {
      return reader.readAll(statement.executeQuery(query));
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Starts to read the rows of a query as a stream. */
  public CopiedRows copy(String query) {
    return CopiedRows.of(jdbc, query);
  }

  /** Prepares a statement with named values. */
  public NamedStatement prepare(SqlStatement statement) {
    return NamedStatement.prepare(jdbc, statement);
  }

  /** Begins a transaction, which ends by {@link #commit} or is rolled back by {@link #close}. */
  public void begin() {
    try {
      jdbc.setAutoCommit(false);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Commits the transaction. */
  public void commit() {
    try {
      jdbc.commit();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Commits the transaction, and returns to auto-commit mode. */
  public void commitAndEnd() {
    try {
      jdbc.commit();
      jdbc.setAutoCommit(true);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  @Override
  public void close() {
    try {
      jdbc.close();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }
}
