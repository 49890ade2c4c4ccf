package io.clickstream.bench;

import io.clickstream.bench.MeasuredWarehouse.Load;
import io.clickstream.simulator.SimulatedPost.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Loads the same hours into a warehouse of one day and into one with a long past.
 *
 * <ol>
 *   <li>The job loads a day of simulated people into both.
 *   <li>{@code copies.sql} gives one of them its past.
 *   <li>The job loads hour by hour into both, in turns.
 *   <li>The big one gets two more hours, the second one first.
 *   <li>An {@link AlwaysOnBot} follows there.
 * </ol>
 */
final class IncrementalBenchmark implements Benchmark {

  private static final String SMALL = "small";
  private static final String BIG = "big";

  /** The ledger's count of stored rows that sessionizing reads. */
  static final String ROWS_READ = "context_rows_read";

  private static final double TIME_AT_MOST = 1.3;
  private static final double ROWS_READ_AT_MOST = 2.5;
  private static final int DAY_HOURS = 24;

  private static final Instant START = Instant.parse("2026-11-19T00:00:00Z");

  /** The day's share of the posts: crawlers are left out, and the hours after it are busy ones. */
  private static final double SHARE_OF_THE_DAY = 0.88;

  @Override
  public void run(Workbench bench) throws Exception {
    bench.spark();
    MeasuredWarehouse small = MeasuredWarehouse.create();
    MeasuredWarehouse big = MeasuredWarehouse.create();
    run(bench, small, big);
    small.drop();
    big.drop();
  }

  void run(Workbench bench, MeasuredWarehouse small, MeasuredWarehouse big) throws Exception {
    int dayEvents = bench.of(100_000, 100_000, 4_000);
    int bigEvents = bench.of(10_000_000, 1_000_000, 40_000);
    int warmUps = bench.of(2, 1, 1);
    int pairs = bench.of(9, 3, 1);
    int hoursAfter = warmUps + pairs + 2;
    bench.progress("writing raw objects");
    RawHours all =
        new RawHours(bench.folder().resolve("incremental").toUri(), START, DAY_HOURS + hoursAfter);
    RawHours day = all.at(START, DAY_HOURS);
    long posts = Math.round(dayEvents / SHARE_OF_THE_DAY * all.count() / DAY_HOURS);
    // Visitors of the day return in the hours after it.
    all.write(posts, post -> post.kind() != Kind.BOT, all.at(day.end(), hoursAfter));

    bench.progress("loading a day into both warehouses, and copying it to %,d events", bigEvents);
    small.load(day);
    big.load(day);
    big.copyDays(1, bigEvents, false);
    String sizes = "small holds %,d events, big %,d".formatted(events(small), events(big));
    bench.progress("%s; loading %d hours into both, in turns", sizes, warmUps + pairs);
    small.settle();
    big.settle();

    List<Load> intoSmall = new ArrayList<>();
    List<Load> intoBig = new ArrayList<>();
    Turns turns =
        new Turns(
            warmUps,
            pairs,
            Program.ofNextHour(SMALL, small, day, intoSmall),
            Program.ofNextHour(BIG, big, day, intoBig));
    requireSameCounts(intoSmall, intoBig);
    List<Load> hours = intoBig.subList(warmUps, intoBig.size());
    bench.progress("an hour that comes after the next one");
    Instant late = all.end().minus(Duration.ofHours(2));
    big.load(all.at(late.plus(Duration.ofHours(1)), 1));
    Load lateHour = big.load(all.at(late, 1));

    bench.add(
        Target.atMost(
            TIME_AT_MOST,
            "an hour into %,d / into %,d events".formatted(bigEvents, dayEvents),
            turns.ratio(BIG, SMALL)));
    bench.add(
        Target.atMost(
            ROWS_READ_AT_MOST,
            "people: stored rows read per new event",
            new Ratio(
                (double) sum(hours, ROWS_READ) / sum(hours, "inserted"),
                Spread.of(hours.stream().map(IncrementalBenchmark::rowsPerEvent).toList()))));
    bench.add(
        Target.atMost(
            ROWS_READ_AT_MOST,
            "people, an hour after the next one: the same",
            Ratio.once(rowsPerEvent(lateHour))));
    bench.progress("an always-on bot");
    new AlwaysOnBot(big, all, Duration.ofSeconds(bench.of(10, 10, 300))).measure(bench);
    bench.add(turns.figure("an hour", "s"));
    bench.note(sizes);
    bench.note("small, median seconds of the stages: " + MeasuredWarehouse.stages(intoSmall));
    bench.note("big, median seconds of the stages: " + MeasuredWarehouse.stages(intoBig));
  }

  private static long events(MeasuredWarehouse warehouse) throws Exception {
    return Long.parseLong(warehouse.text("SELECT count(*) FROM clickstream_events"));
  }

  private static void requireSameCounts(List<Load> small, List<Load> big) {
    for (int hour = 0; hour < small.size(); hour++) {
      ExpectedRows counts = new ExpectedRows();
      counts.require("the small warehouse", counts(small.get(hour)));
      counts.require("the big warehouse", counts(big.get(hour)));
    }
  }

  private static String counts(Load load) {
    return load.ledger().properties().stream()
        .filter(field -> field.getValue().isIntegralNumber())
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }

  private static long sum(List<Load> loads, String count) {
    return loads.stream().mapToLong(load -> load.count(count)).sum();
  }

  private static double rowsPerEvent(Load load) {
    return (double) load.count(ROWS_READ) / load.count("inserted");
  }
}
