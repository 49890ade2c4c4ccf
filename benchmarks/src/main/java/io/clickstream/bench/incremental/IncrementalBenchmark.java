package io.clickstream.bench.incremental;

import io.clickstream.bench.Bar;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Loads the same hours into a warehouse of a day and into one with a long past.
 *
 * <ol>
 *   <li>The job loads a day of simulated people into both.
 *   <li>{@link Copies} give one of them its past.
 *   <li>The job loads hour by hour into both, in turns first into the one and into the other.
 *   <li>The big one gets two more hours, the second one first.
 *   <li>{@link BotVisits} follow there.
 * </ol>
 */
public final class IncrementalBenchmark extends ScaledBenchmark<Scale> {

  static final String SMALL = "small";
  static final String BIG = "big";

  private static final double MOST_TIME = 1.3;
  private static final double MOST_NEIGHBOURS = 2.5;
  private static final Duration HOUR = Duration.ofHours(1);

  /** Describes it. */
  public IncrementalBenchmark() {
    super(
        "incremental",
        "an hour costs what the hour holds, not what the warehouse holds",
        Scale.FULL,
        Scale.QUICK);
  }

  @Override
  protected Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    progress.accept("writing raw objects");
    RawObjects objects = new RawObjects(workbench.folder().resolve("events"));
    PeoplesTraffic people = new PeoplesTraffic(scale);
    objects.writeBatches(people.day());
    objects.writeEvents(people.hours());

    MeasuredWarehouse small = MeasuredWarehouse.create(workbench.postgres(), SMALL);
    MeasuredWarehouse big = MeasuredWarehouse.create(workbench.postgres(), BIG);
    for (MeasuredWarehouse warehouse : List.of(small, big)) {
      progress.accept("loading a day into the " + warehouse.name() + " warehouse");
      warehouse.load(objects, PeoplesTraffic.START, PeoplesTraffic.BASE);
    }
    new Copies(big, progress).fillTo(scale.bigEvents());
    String sizes =
        "small holds %,d events, big %,d".formatted(countEvents(small), countEvents(big));
    progress.accept(sizes);
    small.settle();
    big.settle();

    Pairs pairs = new Pairs();
    for (int hour = 0; hour < scale.hoursOfPairs(); hour++) {
      progress.accept("hour %d of %d".formatted(hour + 1, scale.hoursOfPairs()));
      Pairs measured = hour < scale.warmUps() ? new Pairs() : pairs;
      add(measured, hour, small, big, objects);
    }
    progress.accept("an hour that comes behind the next one");
    Instant late = PeoplesTraffic.hour(scale.hoursOfPairs());
    big.load(objects, late.plus(HOUR), HOUR);
    MeasuredWarehouse.Run lateRun = big.load(objects, late, HOUR);
    Instant end = PeoplesTraffic.hour(scale.hours());
    progress.accept("an always-on bot");
    Report ofBot = new BotVisits(big, objects, end, scale.botInterval()).measure();
    return report(scale, pairs, lateRun, sizes, ofBot);
  }

  private static long countEvents(MeasuredWarehouse warehouse) throws SQLException {
    return warehouse.number("SELECT count(*) FROM clickstream_events");
  }

  /** In turns, so that neither warehouse always finds the files warm. */
  private static void add(
      Pairs pairs, int hour, MeasuredWarehouse small, MeasuredWarehouse big, RawObjects objects)
      throws IOException {
    Instant from = PeoplesTraffic.hour(hour);
    if (hour % 2 == 0) {
      MeasuredWarehouse.Run intoSmall = small.load(objects, from, HOUR);
      pairs.add(intoSmall, big.load(objects, from, HOUR));
    } else {
      MeasuredWarehouse.Run intoBig = big.load(objects, from, HOUR);
      pairs.add(small.load(objects, from, HOUR), intoBig);
    }
  }

  private static Report report(
      Scale scale, Pairs pairs, MeasuredWarehouse.Run late, String sizes, Report ofBot) {
    List<Bar> bars = new ArrayList<>();
    bars.add(
        Bar.atMost(
            MOST_TIME,
            "an hour into %s / into %s"
                .formatted(events(scale.bigEvents()), events(scale.baseEvents())),
            pairs.timeRatio(),
            pairs.timeRatios()));
    bars.add(
        Bar.atMost(
            MOST_NEIGHBOURS,
            "people: stored rows read a new event",
            pairs.neighboursPerEvent(),
            pairs.neighboursPerEventByHour()));
    bars.add(
        Bar.atMost(
            MOST_NEIGHBOURS,
            "people, an hour behind the next: the same",
            late.neighboursPerEvent(),
            new Spread(List.of(late.neighboursPerEvent()))));
    bars.addAll(ofBot.bars());
    List<String> notes = new ArrayList<>();
    notes.add(sizes);
    notes.addAll(pairs.notes());
    notes.addAll(ofBot.notes());
    return new Report(bars, List.of(pairs.figure()), notes);
  }

  private static String events(long events) {
    return "%,d".formatted(events);
  }
}
