package io.clickstream.etl.job;

import io.clickstream.etl.schema.ErasedIds;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.RunLock;
import io.clickstream.etl.warehouse.Erasures;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Quarantine;
import io.clickstream.etl.warehouse.RecentPace;
import io.clickstream.etl.warehouse.SchemaVersion;
import io.clickstream.etl.warehouse.ServerClock;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
  private final SqlConnection stagingConnection;
  private ErasedIds erasedIds = ErasedIds.none();

  private RunSession(Run run, SqlConnection stagingConnection) {
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
      RunLock.hold(session.stagingConnection, run.id(), run.mode());
      int dropped = RunLock.dropLeftovers(session.stagingConnection);
      if (dropped > 0) {
        run.listener().message("dropped " + dropped + " staging tables of runs that died");
      }
      return session;
    } catch (DatabaseException e) {
      session.close();
      throw failed("prepare the run", e);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static SqlConnection connect(Warehouse warehouse) {
    try {
      return SqlConnection.open(warehouse);
    } catch (DatabaseException e) {
      throw new LoadException(
          "Cannot connect to the warehouse as " + warehouse + ": " + e.getMessage(), e);
    }
  }

  /** Returns a session on the same connection with the rules of the warehouse, if it has any. */
  RunSession withStoredRules() {
    try {
      return WarehouseSettings.read(stagingConnection)
          .map(stored -> WarehouseSettings.of(stored.parseRules(), stored.sessionRules()))
          .map(settings -> new RunSession(run.with(settings), stagingConnection))
          .orElse(this);
    } catch (DatabaseException e) {
      throw failed("read the settings", e);
    }
  }

  Run run() {
    return run;
  }

  SqlConnection stagingConnection() {
    return stagingConnection;
  }

  /** Opens another connection for staging, which does not hold the run's lock. */
  SqlConnection openStagingConnection() {
    return connect(run.warehouse());
  }

  /** Returns the ids of the erasure requests that this run knows. */
  ErasedIds erasedIds() {
    return erasedIds;
  }

  /**
   * Reads the ids of all applied erasure requests, if others are applied than those known.
   *
   * @param known ids that an earlier session of this process has read from the same warehouse
   */
  void readErasedIds(ErasedIds known) {
    try {
      boolean isKnown = Erasures.count(stagingConnection) == known.requests();
      erasedIds = isKnown ? known : Erasures.ids(stagingConnection);
    } catch (DatabaseException e) {
      throw failed("read the erasure requests", e);
    }
  }

  /**
   * Compares the settings of the run with those of the warehouse, if it has some yet.
   *
   * @throws io.clickstream.etl.warehouse.SettingsMismatchException if they differ
   */
  void requireSettings() {
    try {
      WarehouseSettings.read(stagingConnection).ifPresent(run.settings()::requireSameAs);
      WarehouseSettings.requireSameRules(stagingConnection);
    } catch (DatabaseException e) {
      throw failed("read the settings", e);
    }
  }

  /** Returns the server's time. Runs on several machines order their listings by it. */
  public Instant serverTime() {
    return serverTime(stagingConnection);
  }

  /** Returns the server's time by another connection. */
  static Instant serverTime(SqlConnection connection) {
    try {
      return ServerClock.now(connection);
    } catch (DatabaseException e) {
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
    } catch (DatabaseException e) {
      throw failed("read the ledger", e);
    }
  }

  /** Returns the pace of recent runs that read many records; nothing if there is none. */
  public Optional<Double> recentRecordsPerSecond() {
    try {
      return RecentPace.recordsPerSecond(stagingConnection);
    } catch (DatabaseException e) {
      throw failed("read the ledger", e);
    }
  }

  static LoadException failed(String step, DatabaseException e) {
    return new LoadException("Cannot " + step + ": " + e.getMessage(), e);
  }

  /** Closes the staging connection, which releases the run's lock. */
  @Override
  public void close() {
    try {
      stagingConnection.close();
    } catch (DatabaseException e) {
      LOG.warn("Cannot close the staging connection: {}", e.getMessage());
    }
  }
}
