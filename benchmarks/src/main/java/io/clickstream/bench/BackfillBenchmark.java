package io.clickstream.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Loads the same objects of one event in ten slices: with each slice read and staged while the one
 * before merges, and with one slice after another.
 */
final class BackfillBenchmark implements Benchmark {

  private static final double AT_LEAST = 1.4;
  private static final int SLICES = 10;
  private static final String AHEAD = "staged ahead";
  private static final String IN_TURN = "in turn";

  @Override
  public void run(Workbench bench) throws Exception {
    int events = bench.of(1_000_000, 50_000, 100);
    bench.progress("writing %,d objects", events);
    RawHours hours =
        RawHours.exactly(bench.folder().resolve("backfill"), events, RawHours.WITH_ID, 1);
    ExpectedRows rows = new ExpectedRows();
    bench.progress("in turns: staged ahead, one slice after another");
    Turns turns =
        new Turns(
            0,
            bench.of(3, 2, 1),
            new Program(AHEAD, () -> rate(bench, hours, events, rows, AHEAD)),
            new Program(IN_TURN, () -> rate(bench, hours, events, rows, IN_TURN, "--in-turn")));
    String name = "backfill %,d events".formatted(events);
    bench.add(
        Target.atLeast(AT_LEAST, name + ", staged ahead / in turn", turns.ratio(AHEAD, IN_TURN)));
    bench.add(turns.figure(name, "events/s"));
    bench.note("events and their digest: " + rows);
  }

  private static double rate(
      Workbench bench,
      RawHours hours,
      int events,
      ExpectedRows rows,
      String program,
      String... more)
      throws Exception {
    MeasuredWarehouse into = MeasuredWarehouse.create();
    into.settle();
    List<String> arguments = new ArrayList<>(into.arguments(hours));
    arguments.addAll(List.of("--slice-records", Integer.toString(events / SLICES)));
    arguments.addAll(List.of(more));
    double seconds = bench.etl(Map.of(), arguments);
    rows.require(program, into.digest());
    into.drop();
    return events / seconds;
  }
}
