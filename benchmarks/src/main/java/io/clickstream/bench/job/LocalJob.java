package io.clickstream.bench.job;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.Launch;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.Workbench;
import io.clickstream.bench.peer.PeerColumns;
import io.clickstream.event.NameBasedUuid;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Objects on the local disk into a new warehouse, by the job and by DuckDB with psql. */
final class LocalJob {

  private final Workbench workbench;
  private final EtlRun etl;
  private final HourlyEvents events;
  private final RawObjects objects;
  private String first;
  private String stages;

  /**
   * Writes the objects.
   *
   * @param objects how many
   */
  LocalJob(Workbench workbench, EtlRun etl, int objects) throws IOException {
    this.workbench = workbench;
    this.etl = etl;
    // DuckDB's SQL neither rejects what is broken nor names what has no id.
    this.events =
        new HourlyEvents(
            objects, EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT, Kind.RETRY, Kind.TWIN));
    this.objects = events.write(workbench.folder().resolve("job-" + objects));
  }

  /** The ledger's stage seconds of the newest run of ours. */
  String stages() {
    return stages;
  }

  /** A run of the job into a new warehouse, without the seconds of its marts: no peer has them. */
  double ours() throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "ours");
    into.settle();
    double seconds =
        etl.seconds(
            workbench,
            Map.of(),
            into.arguments(objects.root().toUri(), HourlyEvents.START, events.length()));
    requireSameRows(into, "ours");
    stages =
        into.text(
            """
            SELECT string_agg(stage || ' ' || seconds, ', ')
            FROM (
              SELECT key AS stage, round(sum(value::numeric), 2) AS seconds
              FROM etl_runs, jsonb_each_text(stage_seconds) GROUP BY key ORDER BY 2 DESC) stages""");
    double marts =
        Double.parseDouble(
            into.text("SELECT sum((stage_seconds ->> 'marts')::numeric) FROM etl_runs"));
    into.drop();
    return seconds - marts;
  }

  /** A run of a program that does the same, but for marts and what few columns it lacks. */
  double duckDb(DuckDb variant) throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "duckdb");
    leaveOutWhatDuckDbDoesNotMake(into);
    into.settle();
    String database = into.server().jdbcUrl(into.name()).substring("jdbc:".length());
    ChildProcess job =
        ChildProcess.run(
            workbench.folder(),
            new Launch(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    String.join(
                        File.pathSeparator,
                        variant.jar().toString(),
                        home(DuckDbJob.class),
                        home(NameBasedUuid.class)),
                    DuckDbJob.class.getName(),
                    variant.reader(),
                    objects.root().toString(),
                    workbench.folder().toString(),
                    database),
                Map.of("PGUSER", PostgresServer.USER, "PGTZ", "UTC")));
    requireSameRows(into, variant.toString());
    into.drop();
    return job.seconds();
  }

  private static String home(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  private static void leaveOutWhatDuckDbDoesNotMake(MeasuredWarehouse into) throws SQLException {
    try (Connection connection = into.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          ALTER TABLE clickstream_events ALTER is_bot SET DEFAULT false;
          ALTER TABLE clickstream_sessions ALTER is_bot SET DEFAULT false,
            ALTER order_count SET DEFAULT 0, ALTER source SET DEFAULT '',
            ALTER medium SET DEFAULT '', ALTER default_channel_group SET DEFAULT ''""");
    }
  }

  /** All runs' rows must be those of the first. */
  private void requireSameRows(MeasuredWarehouse warehouse, String who) throws SQLException {
    String rows =
        "events %s, sessions %s"
            .formatted(
                warehouse.digest("clickstream_events", PeerColumns.EVENT),
                warehouse.digest("clickstream_sessions", PeerColumns.SESSION));
    first = first == null ? rows : first;
    if (!first.equals(rows)) {
      throw new IllegalStateException(
          "%s stored %s, and the first run %s".formatted(who, rows, first));
    }
  }
}
