package io.clickstream.etl.staging;

import io.clickstream.etl.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Advisory locks that mark runs as alive.
 *
 * <p>A run holds the lock of its id for as long as its staging connection is open. Staging tables
 * of a run whose lock is free are left over from a run that died.
 */
public final class RunLock {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final Pattern TABLE_OF_RUN = Pattern.compile("r([0-9a-f]{32})_.*");

  private RunLock() {}

  /** Marks the run as alive until the connection closes. */
  public static void hold(Connection connection, UUID runId) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_lock(?)")) {
      lock.setLong(1, lockOf(runId));
      lock.execute();
    }
  }

  /**
   * Drops the staging tables of runs that died.
   *
   * @return the number of dropped tables
   */
  public static int dropLeftovers(Connection connection) throws SQLException {
    int dropped = 0;
    for (String table : stagingTables(connection)) {
      Matcher ofRun = TABLE_OF_RUN.matcher(table);
      if (ofRun.matches() && dropIfFree(connection, table, runOf(ofRun.group(1)))) {
        dropped++;
      }
    }
    return dropped;
  }

  private static List<String> stagingTables(Connection connection) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT tablename FROM pg_tables WHERE schemaname = ? ORDER BY tablename")) {
      query.setString(1, StagingTables.SCHEMA);
      ResultSet found = query.executeQuery();
      while (found.next()) {
        tables.add(found.getString(1));
      }
    }
    return tables;
  }

  private static boolean dropIfFree(Connection connection, String table, UUID runId)
      throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?)");
        PreparedStatement unlock = connection.prepareStatement("SELECT pg_advisory_unlock(?)")) {
      lock.setLong(1, lockOf(runId));
      ResultSet locked = lock.executeQuery();
      locked.next();
      if (!locked.getBoolean(1)) {
        return false;
      }
      try {
        Sql.execute(connection, "DROP TABLE IF EXISTS " + StagingTables.SCHEMA + "." + table);
        return true;
      } catch (SQLException e) {
        if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
          // The table belongs to another role, whose next run drops it.
          return false;
        }
        throw e;
      } finally {
        unlock.setLong(1, lockOf(runId));
        unlock.execute();
      }
    }
  }

  private static UUID runOf(String hex) {
    return UUID.fromString(hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
  }

  private static long lockOf(UUID runId) {
    return runId.getMostSignificantBits() ^ runId.getLeastSignificantBits();
  }
}
