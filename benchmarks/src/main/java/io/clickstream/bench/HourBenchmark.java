package io.clickstream.bench;

import java.util.List;
import java.util.Map;

/** Times {@code ./clickstream etl} of one hour into a new warehouse, process start to exit. */
final class HourBenchmark implements Benchmark {

  private static final double AT_MOST = 2;
  private static final String HOUR = "the hour";
  private static final String EMPTY = "empty job";

  @Override
  public void run(Workbench bench) throws Exception {
    int events = bench.of(5_000, 5_000, 50);
    bench.progress("writing an hour of %,d events", events);
    RawHours hour = RawHours.oneHour(bench.folder().resolve("hour"));
    hour.write(hour.traffic(events), 1);
    bench.progress("in turns: the hour, an empty job");
    Turns turns =
        new Turns(
            bench.of(1, 0, 0),
            bench.of(7, 3, 1),
            new Program(HOUR, () -> load(bench, hour, events, "").seconds()),
            new Program(EMPTY, () -> emptyJob(bench)));
    String name = "hour of %,d events".formatted(events);
    bench.add(Target.atMost(AT_MOST, name + " / empty job", turns.ratio(HOUR, EMPTY)));
    bench.add(turns.figure(name + ", process start to exit", "s"));
  }

  private static double emptyJob(Workbench bench) throws Exception {
    return TimedProcess.run(
            bench,
            TimedProcess.job(Workbench.SPARK_MASTER, Map.of(), List.of())
                .with("CLICKSTREAM_MAIN", EmptyJob.class.getName()))
        .seconds();
  }

  /** Fails if the job reads another number of records or its ledger is not balanced. */
  static TimedProcess load(Workbench bench, RawHours hour, int events, String javaOptions)
      throws Exception {
    MeasuredWarehouse into = MeasuredWarehouse.create();
    TimedProcess exit =
        TimedProcess.run(
            bench,
            TimedProcess.job(Workbench.SPARK_MASTER, Map.of(), into.arguments(hour))
                .with("CLICKSTREAM_JAVA_OPTS", javaOptions));
    String ledger = exit.lastLine();
    if (!ledger.contains("\"records_read\":" + events + ",")
        || !ledger.contains("\"balanced\":true")) {
      throw new IllegalStateException(
          "the job did not load %,d records: %s".formatted(events, ledger));
    }
    into.drop();
    return exit;
  }
}
