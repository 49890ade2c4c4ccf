package io.clickstream.etl.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Executes statements over JDBC. */
public final class Sql {

  private Sql() {}

  /** Executes a statement. */
  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Executes a statement and returns the number of changed rows. */
  public static long update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  /** Returns the only value of a query. */
  public static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      ResultSet result = statement.executeQuery(query);
      result.next();
      return result.getLong(1);
    }
  }

  /** Returns the first line of an error message, without the server's hints and positions. */
  public static String oneLine(SQLException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }
}
