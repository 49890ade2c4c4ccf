package io.clickstream.etl.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prepared statement whose values have names: {@code :hour} instead of {@code ?}.
 *
 * <p>Every name must be set before an execution. A name may occur several times. Methods throw a
 * {@link DatabaseException} if the server refuses, or the connection breaks.
 */
public final class NamedStatement implements AutoCloseable {

  /** A colon and a name; neither {@code ::type} nor the {@code a:b} of an array slice. */
  private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w]):([a-z][a-z0-9_]*)");

  private final Connection connection;
  private final PreparedStatement statement;
  private final List<String> parameters = new ArrayList<>();
  private final Set<String> unset;

  private NamedStatement(Connection connection, String sql) throws SQLException {
    Matcher parameter = PARAMETER.matcher(sql);
    while (parameter.find()) {
      parameters.add(parameter.group(1));
    }
    this.connection = connection;
    this.unset = new HashSet<>(parameters);
    this.statement = connection.prepareStatement(parameter.replaceAll("?"));
  }

  /** Prepares a statement. */
  public static NamedStatement prepare(Connection connection, SqlStatement sql) {
    try {
      return new NamedStatement(connection, sql.text());
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /**
   * Sets a value wherever its name occurs.
   *
   * @throws IllegalArgumentException if the statement has no such name
   */
  public NamedStatement set(String name, Object value) {
    if (!parameters.contains(name)) {
      throw new IllegalArgumentException(
          "Cannot set :%s: the statement has only %s.".formatted(name, parameters));
    }
    try {
      for (int i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).equals(name)) {
          statement.setObject(i + 1, value);
        }
      }
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
    unset.remove(name);
    return this;
  }

  /**
   * Sets an array wherever its name occurs.
   *
   * @param type PostgreSQL's name for the type of its elements
   */
  public NamedStatement setArray(String name, String type, Object... elements) {
    try {
      return set(name, connection.createArrayOf(type, elements));
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Executes the statement and returns the number of changed rows. */
  public int update() {
    requireAllSet();
    try {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Executes the query; closing this statement closes the result. */
  public ResultSet query() {
    requireAllSet();
    try {
      return statement.executeQuery();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Returns the rows of the query. */
  public <T> List<T> rows(RowReader<T> reader) {
    try (ResultSet rows = query()) {
      return reader.readAll(rows);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Adds the values that are set to the batch. */
  public void addBatch() {
    requireAllSet();
    try {
      statement.addBatch();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Executes the batch. */
  public void executeBatch() {
    try {
      statement.executeBatch();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private void requireAllSet() {
    if (!unset.isEmpty()) {
      throw new IllegalStateException("Cannot execute the statement: no value for " + unset + ".");
    }
  }

  @Override
  public void close() {
    try {
      statement.close();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }
}
