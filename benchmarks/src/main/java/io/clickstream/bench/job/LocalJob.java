package io.clickstream.bench.job;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Duel;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.Workbench;
import io.clickstream.event.NameBasedUuid;
import io.clickstream.local.PostgresServer;
import io.clickstream.local.simulate.SimulatedPost.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Objects on the local disk into a new warehouse, by the job and by DuckDB with psql. */
final class LocalJob {

  /** A version of DuckDB and a way to read. */
  private record Variant(String version, String reader) {}

  private static final List<Variant> VARIANTS =
      List.of(
          new Variant("1.4.4.0", "read_json"),
          new Variant("1.4.4.0", "read_text"),
          new Variant("2.0.0.1", "read_text"));

  private final Workbench workbench;
  private final PeerPrograms programs;
  private final HourlyEvents events;
  private final RawObjects objects;
  private final List<String> notes = new ArrayList<>();
  private String truth;

  /**
   * Writes the objects.
   *
   * @param objects how many
   */
  LocalJob(Workbench workbench, int objects) throws IOException {
    this.workbench = workbench;
    this.programs = new PeerPrograms(workbench.folder());
    // DuckDB's SQL neither rejects what is broken nor names what has no id.
    this.events =
        new HourlyEvents(
            objects, EnumSet.of(Kind.GOOD, Kind.LATE, Kind.BOT, Kind.RETRY, Kind.TWIN));
    this.objects = events.write(workbench.folder().resolve("local-" + objects));
  }

  List<String> notes() {
    return notes;
  }

  /** Whole runs of ours and of the fastest way with DuckDB. */
  Duel againstDuckDb(int rounds, Consumer<String> progress) throws IOException, SQLException {
    ours();
    Variant fastest = null;
    double best = Double.MAX_VALUE;
    for (Variant variant : VARIANTS) {
      progress.accept("DuckDB %s, %s".formatted(variant.version(), variant.reader()));
      double seconds = duckDb(variant);
      notes.add("DuckDB %s, %s: %.1f s".formatted(variant.version(), variant.reader(), seconds));
      if (seconds < best) {
        best = seconds;
        fastest = variant;
      }
    }
    Variant chosen = fastest;
    progress.accept("in turns: ours and DuckDB");
    return Duel.of(0, rounds, this::ours, () -> duckDb(chosen));
  }

  /** A run of the job into a new warehouse. */
  double ours() throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "ours");
    into.settle();
    ChildProcess job =
        ChildProcess.etl(
            workbench.folder(),
            into.arguments(objects.root().toUri(), HourlyEvents.START, events.length()));
    requireTruth(into, "ours");
    if (notes.isEmpty()) {
      notes.add(
          job.lastLine().replaceFirst(".*\"stage_seconds\":(\\{[^}]*}).*", "ours, stages s: $1"));
    }
    into.drop();
    return job.seconds();
  }

  private double duckDb(Variant variant) throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "duckdb");
    leaveOutWhatDuckDbDoesNotMake(into);
    into.settle();
    String database = into.server().jdbcUrl(into.name()).substring("jdbc:".length());
    ChildProcess job =
        ChildProcess.run(
            workbench.folder(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(
                    File.pathSeparator,
                    programs.duckDb(variant.version()).toString(),
                    home(DuckDbJob.class),
                    home(NameBasedUuid.class)),
                DuckDbJob.class.getName(),
                variant.reader(),
                objects.root().toString(),
                workbench.folder().toString(),
                database),
            Map.of("PGUSER", PostgresServer.USER, "PGTZ", "UTC"));
    requireTruth(into, "DuckDB");
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
            ALTER order_count SET DEFAULT 0""");
    }
  }

  /** The first run's rows are the truth; all others' must be the same. */
  private void requireTruth(MeasuredWarehouse warehouse, String who) throws SQLException {
    String rows =
        "events %s, sessions %s"
            .formatted(
                warehouse.digest("clickstream_events", PeerColumns.EVENT),
                warehouse.digest("clickstream_sessions", PeerColumns.SESSION));
    if (truth == null) {
      truth = rows;
    } else if (!truth.equals(rows)) {
      throw new IllegalStateException("%s stored %s, not %s".formatted(who, rows, truth));
    }
  }
}
