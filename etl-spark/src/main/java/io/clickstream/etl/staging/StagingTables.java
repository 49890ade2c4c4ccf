package io.clickstream.etl.staging;

import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A slice's tables in the staging schema, named by run and slice. Unlogged: they need not outlive a
 * crash. A run holds an advisory lock on its own id while it lives; tables of a run whose lock is
 * free are left over and may go.
 */
public final class StagingTables {

  /** Objects that another run has loaded meanwhile. */
  public static final Columns SUPERSEDED = Columns.of(Columns.OBJECT_OUTCOME.all().get(0));

  private static final Logger LOG = LoggerFactory.getLogger(StagingTables.class);
  private static final String SCHEMA = "clickstream_staging";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final Pattern TABLE_OF_RUN = Pattern.compile("r([0-9a-f]{32})_.*");

  private final String prefix;

  public StagingTables(UUID runId, int slice) {
    this.prefix = SCHEMA + ".r" + runId.toString().replace("-", "") + "_" + slice + "_";
  }

  public String events() {
    return prefix + "events";
  }

  public String rejected() {
    return prefix + "rejected";
  }

  public String objects() {
    return prefix + "objects";
  }

  public String superseded() {
    return prefix + "superseded";
  }

  public String verdicts() {
    return prefix + "verdicts";
  }

  public String changes() {
    return prefix + "changes";
  }

  public String regions() {
    return prefix + "regions";
  }

  public String sessionInput() {
    return prefix + "session_input";
  }

  public String eventSessions() {
    return prefix + "event_sessions";
  }

  public String sessions() {
    return prefix + "sessions";
  }

  public String touchedHours() {
    return prefix + "touched_hours";
  }

  public String touchedSessions() {
    return prefix + "touched_sessions";
  }

  public String touchedOrders() {
    return prefix + "touched_orders";
  }

  /** One row an object; a task that ran twice may have staged two, and a read one is the truth. */
  public String distinctObjects() {
    return """
        SELECT DISTINCT ON (object_key) object_key, outcome, records, detail
        FROM %s ORDER BY object_key, outcome <> 'read', outcome"""
        .formatted(objects());
  }

  /** Creates the tables that executors fill. */
  public void create(Connection connection) throws SQLException {
    createTable(connection, events(), Columns.STAGED_EVENT);
    createTable(connection, rejected(), Columns.REJECTED_RECORD);
    createTable(connection, objects(), Columns.OBJECT_OUTCOME);
    createTable(connection, superseded(), SUPERSEDED);
    createForSessions(connection);
  }

  /** Creates those of them that sessionizing fills. */
  public void createForSessions(Connection connection) throws SQLException {
    createTable(connection, eventSessions(), Columns.EVENT_SESSION);
    createTable(connection, sessions(), Columns.SESSION);
  }

  private static void createTable(Connection connection, String table, Columns columns)
      throws SQLException {
    Sql.execute(
        connection,
        // Read once and dropped: vacuum has nothing to do here.
        "CREATE UNLOGGED TABLE %s (%s) WITH (autovacuum_enabled = false)"
            .formatted(table, columns.definition()));
  }

  /**
   * Creates a table from a query.
   *
   * @return its rows
   */
  public static long createAs(Connection connection, String table, String query)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE UNLOGGED TABLE " + table + " WITH (autovacuum_enabled = false) AS\n" + query);
      return statement.getLargeUpdateCount();
    }
  }

  /** Creates a table that queries join, so with statistics. */
  public static void createJoinedAs(Connection connection, String table, String query)
      throws SQLException {
    createAs(connection, table, query);
    Sql.execute(connection, "ANALYZE " + table);
  }

  private void drop(Connection connection) throws SQLException {
    for (String table :
        List.of(
            events(),
            rejected(),
            objects(),
            superseded(),
            verdicts(),
            changes(),
            regions(),
            sessionInput(),
            eventSessions(),
            sessions(),
            touchedHours(),
            touchedSessions(),
            touchedOrders())) {
      Sql.execute(connection, "DROP TABLE IF EXISTS " + table);
    }
  }

  /** Drops them at the end of a slice, however it ended: that it failed must not be hidden. */
  public void dropQuietly(Connection connection) {
    try {
      drop(connection);
    } catch (SQLException e) {
      // The next run drops what is left: its lock is free once we are gone.
      LOG.warn("Cannot drop staging tables {}*: {}", prefix, Sql.oneLine(e));
    }
  }

  /** Marks the run as alive for as long as the connection is open. */
  public static void holdRun(Connection connection, UUID runId) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_lock(?)")) {
      lock.setLong(1, lockOf(runId));
      lock.execute();
    }
  }

  /** Drops the tables of runs that are no more. */
  public static int dropLeftovers(Connection connection) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT tablename FROM pg_tables WHERE schemaname = ? ORDER BY tablename")) {
      query.setString(1, SCHEMA);
      ResultSet found = query.executeQuery();
      while (found.next()) {
        tables.add(found.getString(1));
      }
    }
    int dropped = 0;
    for (String table : tables) {
      Matcher ofRun = TABLE_OF_RUN.matcher(table);
      if (ofRun.matches() && dropIfFree(connection, table, runOf(ofRun.group(1)))) {
        dropped++;
      }
    }
    return dropped;
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
        Sql.execute(connection, "DROP TABLE IF EXISTS " + SCHEMA + "." + table);
        return true;
      } catch (SQLException e) {
        if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
          // Another role's: it is in nobody's way, and its owner's next run drops it.
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
