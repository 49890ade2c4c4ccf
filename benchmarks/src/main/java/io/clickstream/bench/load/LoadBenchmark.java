package io.clickstream.bench.load;

import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.bench.Workbench;
import io.clickstream.etl.schema.Columns;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Loads the same parsed rows in three ways into warehouses that are made anew for each run, with
 * all of their indexes, and holds the events against each other, column by column.
 */
public final class LoadBenchmark extends ScaledBenchmark<Scale> {

  private static final double PSQL_COPY = 1;
  private static final double SPARK_JDBC = 2;

  /** The session's key is left out, which one of the peers does not make. */
  private static final String COLUMNS = Columns.PARSED_EVENT.list("");

  /** Describes it. */
  public LoadBenchmark() {
    super(
        "load",
        "parsed rows into the indexed table with dedupe, against psql and Spark's JDBC writer",
        Scale.FULL,
        Scale.QUICK);
  }

  @Override
  protected Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    progress.accept("parsing %,d records".formatted(scale.records()));
    Path folder = workbench.folder();
    ParsedSlice slice = ParsedSlice.of(workbench.spark(), folder.resolve("load"), scale.records());
    try {
      return measure(workbench, scale, slice, progress);
    } finally {
      slice.rows().unpersist();
    }
  }

  private static Report measure(
      Workbench workbench, Scale scale, ParsedSlice slice, Consumer<String> progress)
      throws IOException, SQLException {
    Path folder = workbench.folder();
    Path file = folder.resolve("events.txt");
    progress.accept("loading once, as the truth");
    MeasuredWarehouse truth = MeasuredWarehouse.create(workbench.postgres(), "truth");
    long records = Loaders.ours(truth, slice).records();
    Loaders.psqlWrite(truth, file, folder);
    String digest = truth.digest("clickstream_events", COLUMNS);
    truth.drop();

    List<String> stages = new ArrayList<>();
    progress.accept("in turns: ours, psql, Spark's JDBC writer");
    Turns turns =
        new Turns(
            scale.warmUps(),
            scale.rounds(),
            program(
                "ours",
                workbench,
                digest,
                into -> {
                  Loaders.OurLoad load = Loaders.ours(into, slice);
                  stages.add(load.stages());
                  return load.seconds();
                }),
            program("psql", workbench, digest, into -> Loaders.psqlCopy(into, file, folder)),
            program("Spark JDBC", workbench, digest, into -> Loaders.sparkJdbc(into, slice)));
    String what = "load %,d records".formatted(scale.records());
    return new Report(
        List.of(
            turns.speedUpAtLeast(PSQL_COPY, what + " / psql \\copy", "ours", "psql"),
            turns.speedUpAtLeast(SPARK_JDBC, what + " / Spark JDBC", "ours", "Spark JDBC")),
        List.of(turns.figure(what)),
        List.of(
            "%,d records read; events and their digest: %s".formatted(records, digest),
            "ours, stages s, last run: " + stages.get(stages.size() - 1)));
  }

  private static Program program(String name, Workbench workbench, String digest, Loader loader) {
    return new Program(name, () -> load(workbench, digest, loader));
  }

  /** A way to load. */
  @FunctionalInterface
  private interface Loader {
    double load(MeasuredWarehouse into) throws IOException, SQLException;
  }

  /** Loads an empty warehouse, and fails when other events stand in it than in the truth. */
  private static double load(Workbench workbench, String digest, Loader loader)
      throws IOException, SQLException {
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "measured");
    into.settle();
    double seconds = loader.load(into);
    String loaded = into.digest("clickstream_events", COLUMNS);
    if (!loaded.equals(digest)) {
      throw new IllegalStateException(
          "loaders disagree: %s instead of %s events and digest".formatted(loaded, digest));
    }
    into.drop();
    return seconds;
  }
}
