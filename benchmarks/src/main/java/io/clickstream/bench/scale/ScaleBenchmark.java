package io.clickstream.bench.scale;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.Launch;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.bench.Workbench;
import io.clickstream.bench.peer.PeerColumns;
import io.clickstream.servers.Home;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The same backfill on a standalone cluster, first with an executor on one of its workers, then
 * with one on each of two.
 */
public final class ScaleBenchmark extends ScaledBenchmark<Scale> {

  private static final double SPEED_UP = 1;
  private static final int WORKERS = 2;
  private static final String ONE = "one worker";
  private static final String BOTH = "two workers";

  /** Describes it. */
  public ScaleBenchmark() {
    super(
        "scale",
        "a backfill on a standalone cluster, two workers against one",
        Scale.FULL,
        Scale.QUICK);
  }

  @Override
  protected Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    progress.accept("writing %,d events".formatted(scale.events()));
    HourlyEvents events = new HourlyEvents(scale.events(), EnumSet.allOf(Kind.class));
    RawObjects objects = events.writeBatches(workbench.folder().resolve("scale"));
    progress.accept("starting a cluster of %d workers".formatted(WORKERS));
    try (StandaloneCluster cluster = new StandaloneCluster(workbench, WORKERS)) {
      Backfill backfill = new Backfill(workbench, cluster.master(), events, objects);
      progress.accept("loading with one worker and with two, and comparing");
      backfill.requireSameRows();
      progress.accept("in turns: one worker, two workers");
      Turns turns =
          new Turns(
              scale.warmUps(),
              scale.rounds(),
              new Program(BOTH, () -> backfill.seconds(WORKERS)),
              new Program(ONE, () -> backfill.seconds(1)));
      return new Report(
          List.of(
              turns.speedUpAtLeast(
                  SPEED_UP,
                  "backfill of %,d events, two workers / one".formatted(scale.events()),
                  BOTH,
                  ONE)),
          List.of(turns.figure("backfill of %,d events".formatted(scale.events()))),
          List.of());
    }
  }

  /** Runs of the job. */
  private static final class Backfill {

    private final Workbench workbench;
    private final String master;
    private final HourlyEvents events;
    private final RawObjects objects;

    Backfill(Workbench workbench, String master, HourlyEvents events, RawObjects objects) {
      this.workbench = workbench;
      this.master = master;
      this.events = events;
      this.objects = objects;
    }

    /** Reads and parses everything, which the executors do alone: no database has a part in it. */
    double seconds(int workers) throws IOException, SQLException {
      MeasuredWarehouse untouched = MeasuredWarehouse.create(workbench.postgres(), "scale");
      List<String> arguments = new ArrayList<>(arguments(untouched));
      arguments.add("--dry-run");
      double seconds = run(workers, arguments);
      untouched.drop();
      return seconds;
    }

    /** Runs of any number of workers have to store the same. */
    void requireSameRows() throws IOException, SQLException {
      String first = stored(1);
      if (!first.equals(stored(WORKERS))) {
        throw new IllegalStateException("with %d workers other rows".formatted(WORKERS));
      }
    }

    private String stored(int workers) throws IOException, SQLException {
      MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "scale");
      run(workers, arguments(into));
      String rows =
          into.digest("clickstream_events", PeerColumns.EVENT)
              + into.digest("clickstream_sessions", PeerColumns.SESSION);
      into.drop();
      return rows;
    }

    private List<String> arguments(MeasuredWarehouse into) {
      return into.arguments(objects.root().toUri(), HourlyEvents.START, events.length());
    }

    private double run(int workers, List<String> arguments) throws IOException {
      return ChildProcess.run(
              workbench.folder(),
              Launch.etl(
                  master,
                  Map.of(
                      "spark.jars", jobJar(),
                      "spark.cores.max", Integer.toString(workers),
                      "spark.executor.memory", "1g"),
                  "",
                  arguments))
          .seconds();
    }

    private static String jobJar() {
      return Home.find()
          .folder()
          .resolve("etl-spark")
          .resolve(System.getProperty("clickstream.target", "target"))
          .resolve("etl-spark.jar")
          .toString();
    }
  }
}
