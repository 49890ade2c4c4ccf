package io.clickstream.etl.staging;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
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

  private static final Pattern TABLE_OF_RUN = Pattern.compile("r([0-9a-f]{32})_.*");

  private RunLock() {}

  /**
   * Marks the run as alive until the connection closes.
   *
   * @param mode the kind of run, which {@code pg_stat_activity} shows
   */
  public static void hold(SqlConnection connection, UUID runId, String mode) {
    connection.execute(
        "SELECT pg_advisory_lock(%d), set_config('application_name', 'clickstream-etl %s', FALSE)"
            .formatted(lockOf(runId), mode));
  }

  /**
   * Drops the staging tables of runs that died.
   *
   * @return the number of dropped tables
   */
  public static int dropLeftovers(SqlConnection connection) {
    int dropped = 0;
    for (String table : stagingTables(connection)) {
      Matcher ofRun = TABLE_OF_RUN.matcher(table);
      if (ofRun.matches() && dropIfFree(connection, table, lockOf(runOf(ofRun.group(1))))) {
        dropped++;
      }
    }
    return dropped;
  }

  private static List<String> stagingTables(SqlConnection connection) {
    return connection.rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = '%s' ORDER BY tablename"
            .formatted(StagingTables.SCHEMA),
        row -> row.getString(1));
  }

  private static boolean dropIfFree(SqlConnection connection, String table, long lock) {
    String attempt = "SELECT pg_try_advisory_lock(" + lock + ")";
    if (!connection.firstRow(attempt, row -> row.getBoolean(1)).orElseThrow()) {
      return false;
    }
    try {
      connection.execute("DROP TABLE IF EXISTS " + StagingTables.SCHEMA + "." + table);
      return true;
    } catch (DatabaseException e) {
      if (e.isInsufficientPrivilege()) {
        // The table belongs to another role, whose next run drops it.
        return false;
      }
      throw e;
    } finally {
      connection.execute("SELECT pg_advisory_unlock(" + lock + ")");
    }
  }

  private static UUID runOf(String hex) {
    return UUID.fromString(hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
  }

  private static long lockOf(UUID runId) {
    return runId.getMostSignificantBits() ^ runId.getLeastSignificantBits();
  }
}
