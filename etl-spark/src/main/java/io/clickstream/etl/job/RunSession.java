package io.clickstream.etl.job;

import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.staging.RunLock;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Quarantine;
import io.clickstream.etl.warehouse.SchemaVersion;
import io.clickstream.etl.warehouse.Warehouse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run that is open on its warehouse.
 *
 * <p>It holds the staging connection: in auto-commit mode, open for the whole run. The connection
 * creates, fills and drops staging tables, and holds the run's lock, so that no other run drops
 * them.
 */
public final class RunSession implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunSession.class);

  private final Run run;
  private final Connection stagingConnection;

  private RunSession(Run run, Connection stagingConnection) {
    this.run = run;
    this.stagingConnection = stagingConnection;
  }

  /**
   * Opens a run: checks the schema, takes the run's lock, and drops staging tables of dead runs.
   *
   * @throws LoadException if the warehouse cannot be reached or is not migrated
   */
  public static RunSession open(Run run) {
    RunSession session = new RunSession(run, connect(run.warehouse()));
    try {
      SchemaVersion.require(session.stagingConnection);
      RunLock.hold(session.stagingConnection, run.id());
      int dropped = RunLock.dropLeftovers(session.stagingConnection);
      if (dropped > 0) {
        run.listener().message("dropped " + dropped + " staging tables of runs that died");
      }
      return session;
    } catch (SQLException e) {
      session.close();
      throw failed("prepare the run", e);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Connection connect(Warehouse warehouse) {
    try {
      return warehouse.connect();
    } catch (SQLException e) {
      throw new LoadException(
          "Cannot connect to the warehouse as " + warehouse + ": " + Sql.oneLine(e), e);
    }
  }

  Run run() {
    return run;
  }

  Connection stagingConnection() {
    return stagingConnection;
  }

  /** Returns the server's time. Runs on several machines order their listings by it. */
  public Instant serverTime() {
    try (Statement statement = stagingConnection.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT clock_timestamp()");
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException e) {
      throw failed("read the server's clock", e);
    }
  }

  /**
   * Returns the hours that earlier runs left incomplete, and those of quarantined objects that this
   * run tries again, ascending.
   */
  public List<Instant> hoursToRevisit() {
    try {
      Set<Instant> hours = new TreeSet<>(LoadedHours.incomplete(stagingConnection));
      hours.addAll(Quarantine.hoursToRetry(stagingConnection, run.attempt()));
      return List.copyOf(hours);
    } catch (SQLException e) {
      throw failed("read the ledger", e);
    }
  }

  static LoadException failed(String step, SQLException e) {
    return new LoadException("Cannot " + step + ": " + Sql.oneLine(e), e);
  }

  /** Closes the staging connection, which releases the run's lock. */
  @Override
  public void close() {
    try {
      stagingConnection.close();
    } catch (SQLException e) {
      LOG.warn("Cannot close the staging connection: {}", Sql.oneLine(e));
    }
  }
}
