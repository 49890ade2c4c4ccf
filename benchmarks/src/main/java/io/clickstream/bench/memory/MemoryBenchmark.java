package io.clickstream.bench.memory;

import io.clickstream.bench.Bar;
import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Figure;
import io.clickstream.bench.LoadedHour;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Workbench;
import io.clickstream.local.simulate.Traffic;
import io.clickstream.local.simulate.TrafficOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The most memory that the job's process has resident while it loads a single hour of many events
 * in batch objects, and one with a tenth of them.
 */
public final class MemoryBenchmark extends ScaledBenchmark<Integer> {

  private static final double MOST_GROWTH = 1.3;
  private static final int TENTH = 10;
  private static final int EVENTS = 5_000_000;
  private static final int QUICK_EVENTS = 500_000;

  /** Driver and executor are one process here. */
  private static final String HEAP = "-Xmx2g";

  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  /** Describes it. */
  public MemoryBenchmark() {
    super(
        "memory",
        "peak memory of the job, an hour of millions against one with a tenth of them",
        EVENTS,
        QUICK_EVENTS);
  }

  @Override
  protected Report measure(Workbench workbench, Integer events, Consumer<String> progress)
      throws IOException, SQLException {
    ChildProcess few = load(workbench, events / TENTH, progress);
    ChildProcess many = load(workbench, events, progress);
    double growth = (double) many.peakMegabytes() / few.peakMegabytes();
    return new Report(
        List.of(
            Bar.atMost(
                MOST_GROWTH,
                "peak memory, %,d / %,d events".formatted(events, events / TENTH),
                growth,
                new Spread(List.of(growth)))),
        List.of(
            figure("peak memory", "MB", few.peakMegabytes(), many.peakMegabytes(), events),
            figure("the same runs", "s", few.seconds(), many.seconds(), events)),
        List.of());
  }

  private static Figure figure(String title, String unit, double few, double many, int events) {
    Map<String, Spread> values = new LinkedHashMap<>();
    values.put("%,d events".formatted(events / TENTH), new Spread(List.of(few)));
    values.put("%,d events".formatted(events), new Spread(List.of(many)));
    return new Figure(title, unit, values);
  }

  private static ChildProcess load(Workbench workbench, int events, Consumer<String> progress)
      throws IOException, SQLException {
    progress.accept("writing %,d events".formatted(events));
    RawObjects objects = new RawObjects(workbench.folder().resolve("memory-" + events));
    objects.writeBatches(new Traffic(new TrafficOptions(events, 1, START, HOUR)));
    progress.accept("loading %,d events".formatted(events));
    return LoadedHour.load(workbench, objects, START, events, HEAP);
  }
}
