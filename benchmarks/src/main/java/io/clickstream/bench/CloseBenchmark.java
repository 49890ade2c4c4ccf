package io.clickstream.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.bench.MeasuredWarehouse.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Closes half of a large warehouse while the job loads hours into it.
 *
 * <ol>
 *   <li>The job loads a day twice, into two warehouses: the first load warms up, the second one is
 *       measured. {@code copies.sql} then gives the second warehouse a long past.
 *   <li>A thread closes the older half. Meanwhile the job loads one hour after the other.
 * </ol>
 */
final class CloseBenchmark implements Benchmark {

  private static final double TIME_AT_MOST = 1;
  private static final double WAIT_AT_MOST_SECONDS = 10;
  private static final double BYTES_AT_MOST = 0.6;
  private static final int DAY_HOURS = 24;

  /** The time that half of the events precede, and half a day: the closing begins with its day. */
  private static final String MIDDLE =
      """
      SELECT percentile_disc(0.5) WITHIN GROUP (
        ORDER BY EXTRACT(epoch FROM event_timestamp + INTERVAL '12 hours')::bigint)
      FROM clickstream_events""";

  private static final Instant START = Instant.parse("2026-11-19T00:00:00Z");

  @Override
  public void run(Workbench bench) throws Exception {
    bench.spark();
    int bigEvents = bench.of(10_000_000, 1_000_000, 16_000);
    long dayEvents = bench.of(120_000, 60_000, 2_000);
    int hours = bench.of(120, 40, 2);
    bench.progress("writing raw objects");
    RawHours all = new RawHours(bench.folder().resolve("close").toUri(), START, DAY_HOURS + hours);
    all.write(all.traffic(dayEvents * all.count() / DAY_HOURS), RawHours.BATCH);
    RawHours day = all.at(START, DAY_HOURS);
    MeasuredWarehouse warmUp = MeasuredWarehouse.create();
    warmUp.load(day);
    warmUp.drop();
    MeasuredWarehouse big = MeasuredWarehouse.create();
    bench.progress("loading a day, and copying it to %,d events", bigEvents);
    Load ofDay = big.load(day);
    double loadedEvents = ofDay.count("inserted");
    big.copyDays(1, bigEvents, true);
    big.settle();
    long storedEvents = Long.parseLong(big.text("SELECT count(*) FROM clickstream_events"));
    Instant end = Instant.ofEpochSecond(Long.parseLong(big.text(MIDDLE)));

    bench.progress("closing before %s, and loading hours meanwhile", end);
    Stopwatch start = Stopwatch.start();
    CompletableFuture<Closed> closing =
        CompletableFuture.supplyAsync(() -> new Closed(JobStages.close(big, end), start.seconds()));
    List<Load> loads = new ArrayList<>();
    while (!closing.isDone() && loads.size() < hours) {
      loads.add(big.load(all.at(day.end().plus(Duration.ofHours(loads.size())), 1)));
    }
    Closed closed = closing.get();
    JobStages.check(big);

    long events = closed.count("events");
    double loadSeconds = ofDay.seconds() / loadedEvents * events;
    bench.add(
        Target.atMost(
            TIME_AT_MOST,
            "close half of %,d events / load this half".formatted(bigEvents),
            Ratio.once(closed.seconds() / loadSeconds)));
    bench.add(
        Target.atMost(
            WAIT_AT_MOST_SECONDS,
            "longest wait of a load for a closing, s",
            Ratio.greatest(
                loads.stream().map(load -> load.stageSeconds("wait_for_lock")).toList())));
    // The hours that came meanwhile are in both, with the bytes per event of before.
    double growth =
        1 + loads.stream().mapToLong(load -> load.count("inserted")).sum() / (double) storedEvents;
    bench.add(
        Target.atMost(
            BYTES_AT_MOST,
            "warehouse bytes after / before the closing",
            Ratio.once(closed.count("bytes_after") / (closed.count("bytes_before") * growth))));
    bench.note(
        "closed %,d events in %.0f s; %,d events are loaded in %.1f s; meanwhile %d hours, in s: %s"
            .formatted(
                events,
                closed.seconds(),
                (long) loadedEvents,
                ofDay.seconds(),
                loads.size(),
                Spread.of(loads.stream().map(Load::seconds).toList())));
    big.drop();
  }

  /** A closing that has ended: its result as JSON, and its seconds. */
  private record Closed(JsonNode result, double seconds) {

    long count(String field) {
      return result.required(field).asLong();
    }
  }
}
