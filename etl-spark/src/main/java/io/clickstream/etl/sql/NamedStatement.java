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
 * <p>Every name must be set before an execution. A name may occur several times.
 */
public final class NamedStatement implements AutoCloseable {

  /** A colon and a name; neither {@code ::type} nor the {@code a:b} of an array slice. */
  private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w]):([a-z][a-z0-9_]*)");

  private final PreparedStatement statement;
  private final List<String> parameters = new ArrayList<>();
  private final Set<String> unset;

  private NamedStatement(Connection connection, String sql) throws SQLException {
    Matcher parameter = PARAMETER.matcher(sql);
    while (parameter.find()) {
      parameters.add(parameter.group(1));
    }
    this.unset = new HashSet<>(parameters);
    this.statement = connection.prepareStatement(parameter.replaceAll("?"));
  }

  /** Prepares a statement. */
  public static NamedStatement prepare(Connection connection, SqlStatement sql)
      throws SQLException {
    return new NamedStatement(connection, sql.text());
  }

  /**
   * Sets a value wherever its name occurs.
   *
   * @throws IllegalArgumentException if the statement has no such name
   */
  public NamedStatement set(String name, Object value) throws SQLException {
    if (!parameters.contains(name)) {
      throw new IllegalArgumentException(
          "Cannot set :%s: the statement has only %s.".formatted(name, parameters));
    }
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).equals(name)) {
        statement.setObject(i + 1, value);
      }
    }
    unset.remove(name);
    return this;
  }

  /** Executes the statement and returns the number of changed rows. */
  public int update() throws SQLException {
    requireAllSet();
    return statement.executeUpdate();
  }

  /** Executes the query; closing this statement closes the result. */
  public ResultSet query() throws SQLException {
    requireAllSet();
    return statement.executeQuery();
  }

  /** Adds the values that are set to the batch. */
  public void addBatch() throws SQLException {
    requireAllSet();
    statement.addBatch();
  }

  /** Executes the batch. */
  public void executeBatch() throws SQLException {
    statement.executeBatch();
  }

  private void requireAllSet() {
    if (!unset.isEmpty()) {
      throw new IllegalStateException("Cannot execute the statement: no value for " + unset + ".");
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
