package io.clickstream.bench;

import io.clickstream.servers.Home;
import io.clickstream.simulator.SimulatedPost.Kind;
import io.clickstream.testing.SparkDistribution;
import io.clickstream.testing.StandaloneCluster;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Times a backfill on a standalone cluster with an executor on one worker, and on each of two. */
final class ScaleBenchmark implements Benchmark {

  private static final double AT_LEAST = 1;
  private static final int WORKERS = 2;
  private static final String ONE = "one worker";
  private static final String BOTH = "two workers";

  @Override
  public void run(Workbench bench) throws Exception {
    int events = bench.of(1_000_000, 200_000, 500);
    bench.progress("writing %,d events", events);
    RawHours hours =
        RawHours.exactly(
            bench.folder().resolve("scale"), events, EnumSet.allOf(Kind.class), RawHours.BATCH);
    bench.progress("starting a cluster of %d workers", WORKERS);
    SparkDistribution spark = SparkDistribution.ofThisBuild();
    try (StandaloneCluster cluster =
        new StandaloneCluster(spark, bench.folder(), WORKERS, bench.reaper())) {
      Backfill backfill = new Backfill(bench, cluster.master(), hours);
      bench.progress("loading with one worker and with two, and comparing");
      if (!backfill.load(1).equals(backfill.load(WORKERS))) {
        throw new IllegalStateException("one worker and two stored different rows");
      }
      bench.progress("in turns: two workers, one worker");
      Turns turns =
          new Turns(
              0,
              bench.of(3, 1, 1),
              new Program(BOTH, () -> backfill.readAndParse(WORKERS)),
              new Program(ONE, () -> backfill.readAndParse(1)));
      String name = "backfill of %,d events".formatted(events);
      bench.add(Target.atLeast(AT_LEAST, name + ", two workers / one", turns.ratio(ONE, BOTH)));
      bench.add(turns.figure(name, "s"));
    }
  }

  private record Backfill(Workbench bench, String master, RawHours hours) {

    /** Returns the seconds of a dry run. The executors do all its work; no database takes part. */
    double readAndParse(int workers) throws Exception {
      MeasuredWarehouse untouched = MeasuredWarehouse.create();
      List<String> arguments = new ArrayList<>(untouched.arguments(hours));
      arguments.add("--dry-run");
      double seconds = run(workers, arguments);
      untouched.drop();
      return seconds;
    }

    String load(int workers) throws Exception {
      MeasuredWarehouse into = MeasuredWarehouse.create();
      run(workers, into.arguments(hours));
      String rows = into.digest();
      into.drop();
      return rows;
    }

    private double run(int workers, List<String> arguments) throws Exception {
      Map<String, String> settings =
          Map.of(
              "spark.jars", jobJar(),
              "spark.cores.max", Integer.toString(workers),
              "spark.executor.memory", "1g");
      return TimedProcess.run(bench, TimedProcess.job(master, settings, arguments)).seconds();
    }

    private static String jobJar() {
      String target = System.getProperty("clickstream.target", "target");
      return Home.find().folder().resolve("etl-spark/" + target + "/etl-spark.jar").toString();
    }
  }
}
