package io.clickstream.bench.job;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Benchmark;
import io.clickstream.bench.Duel;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@code ./clickstream etl} from process start to exit: against DuckDB on the local disk, against
 * twice the objects, and against the replaced ETL on S3.
 */
public final class JobBenchmark implements Benchmark {

  private static final double DUCK_DB = 1;
  private static final double REPLACED_ETL = 30;
  private static final double TWICE_THE_OBJECTS = 2.1;

  @Override
  public String name() {
    return "job";
  }

  @Override
  public String about() {
    return "the whole job, process start to exit, against DuckDB and the replaced ETL";
  }

  @Override
  public Report run(boolean quick, Consumer<String> progress) throws IOException, SQLException {
    try (Workbench workbench = new Workbench()) {
      return measure(workbench, quick ? Scale.QUICK : Scale.FULL, progress);
    }
  }

  Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    List<Bar> bars = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    progress.accept("writing %,d objects".formatted(scale.localObjects()));
    LocalJob whole = new LocalJob(workbench, scale.localObjects());
    Duel duckDb = whole.againstDuckDb(scale.rounds(), progress);
    bars.add(
        duckDb.speedUpAtLeast(
            DUCK_DB, "job, %,d local objects / DuckDB".formatted(scale.localObjects())));
    notes.addAll(whole.notes());
    notes.add(duckDb.seconds("DuckDB"));

    int half = scale.localObjects() / 2;
    progress.accept("in turns: all objects and half of them");
    LocalJob part = new LocalJob(workbench, half);
    Duel doubled = Duel.of(0, scale.rounds(), whole::ours, part::ours);
    bars.add(
        doubled.slowDownAtMost(
            TWICE_THE_OBJECTS, "job, %,d / %,d objects".formatted(scale.localObjects(), half)));
    notes.add("all objects s %s; half of them s %s".formatted(doubled.ours(), doubled.peer()));

    try (FarJob far = new FarJob(workbench)) {
      measureFar(far, scale, progress, bars, notes);
    }
    return new Report(bars, notes);
  }

  private static void measureFar(
      FarJob far, Scale scale, Consumer<String> progress, List<Bar> bars, List<String> notes)
      throws IOException, SQLException {
    for (int size : scale.slowObjects()) {
      progress.accept("far S3: comparing %,d objects".formatted(size));
      far.put(size);
      FarJob.Loaded ours = far.ours(size);
      FarJob.Loaded theirs = far.replacedEtl(size);
      if (!ours.rows().equals(theirs.rows())) {
        throw new IllegalStateException(
            "the replaced ETL stored %s, ours %s".formatted(theirs.rows(), ours.rows()));
      }
    }
    progress.accept("far S3: putting %,d objects".formatted(scale.farObjects()));
    far.put(scale.farObjects());
    List<Double> ours = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    Map<Integer, List<Double>> theirs = new TreeMap<>();
    for (int round = 1; round <= scale.rounds(); round++) {
      progress.accept("far S3: round %d of %d".formatted(round, scale.rounds()));
      for (int size : scale.slowObjects()) {
        theirs.computeIfAbsent(size, none -> new ArrayList<>()).add(far.replacedEtl(size).rate());
      }
      ours.add(far.ours(scale.farObjects()).rate());
      ratios.add(ours.get(round - 1) / theirs.get(scale.mostSlowObjects()).get(round - 1));
    }
    bars.add(
        Bar.atLeast(
            REPLACED_ETL,
            "job, %,d objects, S3 at 20 ms / replaced ETL".formatted(scale.farObjects()),
            new Spread(ours).median() / new Spread(theirs.get(scale.mostSlowObjects())).median(),
            new Spread(ratios)));
    notes.add("S3 at 20 ms: ours, objects/s: " + new Spread(ours));
    theirs.forEach(
        (size, rates) ->
            notes.add(
                "S3 at 20 ms: replaced ETL, objects/s at %,d objects: %s"
                    .formatted(size, new Spread(rates))));
  }
}
