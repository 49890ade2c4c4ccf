package io.clickstream.bench.job;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Figure;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.SlowPeer;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code ./clickstream etl} from process start to exit: against DuckDB on the local disk, against
 * half the objects, and against the replaced ETL on S3.
 */
public final class JobBenchmark extends ScaledBenchmark<Scale> {

  private static final double DUCK_DB = 1;
  private static final double REPLACED_ETL = 30;
  private static final double TWICE_THE_OBJECTS = 2.1;

  private static final String ALL = "ours";
  private static final String HALF = "ours, half the objects";

  private final EtlRun etl;

  /** With the job in a process of its own. */
  public JobBenchmark() {
    this(EtlRun.PROCESS);
  }

  JobBenchmark(EtlRun etl) {
    super(
        "job",
        "the whole job, process start to exit, against DuckDB and the replaced ETL",
        Scale.FULL,
        Scale.QUICK);
    this.etl = etl;
  }

  @Override
  protected Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    PeerPrograms peers = new PeerPrograms(workbench.folder());
    List<Bar> bars = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    measureLocal(workbench, peers, scale, progress, bars, figures, notes);
    measureFar(workbench, peers, scale, progress, bars, figures);
    return new Report(bars, figures, notes);
  }

  private void measureLocal(
      Workbench workbench,
      PeerPrograms peers,
      Scale scale,
      Consumer<String> progress,
      List<Bar> bars,
      List<Figure> figures,
      List<String> notes)
      throws IOException, SQLException {
    int objects = scale.localObjects();
    progress.accept("writing %,d objects, and half as many".formatted(objects));
    LocalJob whole = new LocalJob(workbench, etl, objects);
    LocalJob half = new LocalJob(workbench, etl, objects / 2);
    Map<String, Spread> tried = new LinkedHashMap<>();
    DuckDb fastest = null;
    for (DuckDb variant : peers.duckDbs()) {
      progress.accept(variant.toString());
      Spread seconds = new Spread(List.of(whole.duckDb(variant)));
      if (fastest == null || seconds.median() < tried.get(fastest.toString()).median()) {
        fastest = variant;
      }
      tried.put(variant.toString(), seconds);
    }
    figures.add(new Figure("ways with DuckDB, %,d objects".formatted(objects), "s", tried));

    DuckDb chosen = fastest;
    progress.accept("in turns: ours, %s, ours with half the objects".formatted(chosen));
    Turns turns =
        new Turns(
            0,
            scale.rounds(),
            new Program(ALL, whole::ours),
            new Program(chosen.toString(), () -> whole.duckDb(chosen)),
            new Program(HALF, half::ours));
    bars.add(
        turns.speedUpAtLeast(
            DUCK_DB, "job, %,d local objects / DuckDB".formatted(objects), ALL, chosen.toString()));
    bars.add(
        turns.slowDownAtMost(
            TWICE_THE_OBJECTS,
            "job, %,d / %,d objects".formatted(objects, objects / 2),
            ALL,
            HALF));
    figures.add(turns.figure("job, %,d local objects".formatted(objects)));
    notes.add("ours, stages s of the last run: " + whole.stages());
  }

  private void measureFar(
      Workbench workbench,
      PeerPrograms peers,
      Scale scale,
      Consumer<String> progress,
      List<Bar> bars,
      List<Figure> figures)
      throws IOException, SQLException {
    try (FarJob far = new FarJob(workbench, etl, peers.replacedEtl())) {
      for (int size : scale.slowObjects()) {
        progress.accept("far S3: putting and loading %,d objects".formatted(size));
        far.put(size);
        far.ours(size);
      }
      progress.accept("far S3: putting %,d objects".formatted(scale.farObjects()));
      far.put(scale.farObjects());
      progress.accept("far S3: in turns, ours and the replaced ETL");
      SlowPeer rates =
          new SlowPeer(
              "replaced ETL",
              scale.rounds(),
              scale.slowObjects(),
              scale.farObjects(),
              far::ours,
              far::replacedEtl);
      bars.add(
          rates.fasterAtLeast(
              REPLACED_ETL,
              "job, %,d objects, S3 at 20 ms / replaced ETL".formatted(scale.farObjects())));
      figures.add(rates.figure("job, S3 at 20 ms"));
    }
  }
}
