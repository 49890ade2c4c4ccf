package io.clickstream.etl.job;

import io.clickstream.etl.source.ListedObjects;
import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Loads a slice: all of it, or nothing.
 *
 * <ol>
 *   <li>Objects that the ledger has are left alone; the others are read, parsed and streamed into
 *       staging, before the lock.
 *   <li>A transaction takes the warehouse lock with its first statement. While it holds it, a
 *       second connection decides duplicates and regions against the committed rows, and Spark
 *       sessionizes them; results are staged.
 *   <li>The transaction moves staged rows into the warehouse, checks the balance against the
 *       tables, writes the ledger and commits.
 * </ol>
 */
public final class RunSession implements AutoCloseable {

  private static final int SCHEMA_VERSION = 2;

  private final Run run;
  private final Connection stagingConnection;

  /**
   * Opens the run: checks the warehouse, and marks the run as alive.
   *
   * @throws LoadException when the warehouse can't be reached or is not migrated
   */
  public RunSession(Run run) {
    this.run = run;
    this.stagingConnection = open(run.warehouse());
    try {
      requireSchema(stagingConnection);
      StagingTables.holdRun(stagingConnection, run.id());
      int dropped = StagingTables.dropLeftovers(stagingConnection);
      if (dropped > 0) {
        run.listener().say("dropped " + dropped + " staging tables of runs that died");
      }
    } catch (SQLException e) {
      close();
      throw failed("preparing the run", e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Connection open(Warehouse warehouse) {
    try {
      return warehouse.connect();
    } catch (SQLException e) {
      throw new LoadException(
          "can't connect to the warehouse as " + warehouse + ": " + Sql.oneLine(e), e);
    }
  }

  private static void requireSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      ResultSet table = statement.executeQuery("SELECT to_regclass('schema_version') IS NOT NULL");
      table.next();
      if (!table.getBoolean(1)) {
        throw new LoadException("the warehouse is not migrated: run ./clickstream migrate first");
      }
      ResultSet version = statement.executeQuery("SELECT max(version) FROM schema_version");
      version.next();
      if (version.getInt(1) != SCHEMA_VERSION) {
        throw new LoadException(
            "the warehouse has schema version %d, this job needs %d: run ./clickstream migrate"
                .formatted(version.getInt(1), SCHEMA_VERSION));
      }
    }
  }

  /** The warehouse's clock, by which runs on several machines order their listings. */
  public Instant time() {
    try (Statement statement = stagingConnection.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT clock_timestamp()");
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException e) {
      throw failed("reading the clock", e);
    }
  }

  /** Hours that an earlier run left incomplete. */
  public List<Instant> incompleteHours() {
    try {
      return LoadedHours.incomplete(stagingConnection);
    } catch (SQLException e) {
      throw failed("reading the ledger", e);
    }
  }

  /**
   * Loads a slice.
   *
   * @param parsed reads objects and gives the rows of {@code ParsedRow}
   * @return the slice's ledger row, committed
   * @throws UnreadableObjectsException when objects can't be read and that was not allowed
   * @throws LoadException for anything else that failed the slice
   */
  public LedgerRow load(Slice slice, Function<List<ListedObjects>, Dataset<Row>> parsed) {
    try {
      return new LoadSlice(run, stagingConnection, slice).load(parsed);
    } catch (SQLException e) {
      throw failed("loading " + slice.from() + " to " + slice.to(), e);
    }
  }

  /**
   * Computes sessions and marts anew from the stored events, by changed rules.
   *
   * @param change gives the new settings, from the stored ones as they are under the lock
   * @return the ledger row, committed
   * @throws LoadException when it failed
   */
  public LedgerRow rebuild(UnaryOperator<WarehouseSettings> change) {
    try {
      return new RebuildSessions(run, stagingConnection).rebuild(change);
    } catch (SQLException e) {
      throw failed("rebuilding the sessions", e);
    }
  }

  private static LoadException failed(String what, SQLException e) {
    return new LoadException(what + " failed: " + Sql.oneLine(e), e);
  }

  /** Ends the run: from here on its left-over tables are anybody's to drop. */
  @Override
  public void close() {
    try {
      stagingConnection.close();
    } catch (SQLException e) {
      run.listener().say("closing a connection failed: " + Sql.oneLine(e));
    }
  }
}
