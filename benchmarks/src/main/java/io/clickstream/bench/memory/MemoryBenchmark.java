package io.clickstream.bench.memory;

import io.clickstream.bench.Bar;
import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Figure;
import io.clickstream.bench.LoadedHour;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Spread;
import io.clickstream.bench.Workbench;
import io.clickstream.simulator.SimulatedPost;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The most memory that the job's process has resident while it loads a single hour of many events
 * in batch objects, the same with a client that makes half of them, and an hour with a tenth.
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
    Map<String, Spread> peaks = new LinkedHashMap<>();
    Map<String, Spread> heaps = new LinkedHashMap<>();
    Map<String, Spread> seconds = new LinkedHashMap<>();
    List<Bar> bars = new ArrayList<>();
    long few = 0;
    for (Hour hour : hours(events)) {
      CollectedHeap heap = new CollectedHeap(workbench.folder().resolve(hour.file() + ".gc"));
      ChildProcess job = load(workbench, hour, HEAP + " " + heap.javaOption(), progress);
      long peak = job.peakMegabytes();
      peaks.put(hour.name(), new Spread(List.of((double) peak)));
      heaps.put(hour.name(), new Spread(List.of((double) heap.mostMegabytes())));
      seconds.put(hour.name(), new Spread(List.of(job.seconds())));
      if (few == 0) {
        few = peak;
      } else if (!hour.skewed()) {
        double growth = (double) peak / few;
        bars.add(
            Bar.atMost(
                MOST_GROWTH,
                "peak memory, %s / %,d events".formatted(hour.name(), events / TENTH),
                growth,
                new Spread(List.of(growth))));
      }
    }
    return new Report(
        bars,
        List.of(
            new Figure("peak memory", "MB", peaks),
            new Figure("most of the heap that a collection left", "MB", heaps),
            new Figure("the same runs", "s", seconds)),
        List.of());
  }

  private static List<Hour> hours(int events) {
    return List.of(
        new Hour("%,d events".formatted(events / TENTH), events / TENTH, false),
        new Hour("%,d events".formatted(events), events, false),
        new Hour("%,d events, half of them one client's".formatted(events), events, true));
  }

  /**
   * An hour to load.
   *
   * @param skewed whether one client makes half of it
   */
  private record Hour(String name, int events, boolean skewed) {

    String file() {
      return "memory-" + events + (skewed ? "-skewed" : "");
    }

    Iterable<SimulatedPost> traffic() {
      Traffic traffic = new Traffic(new TrafficOptions(events, 1, START, HOUR));
      return skewed ? new SkewedTraffic(traffic) : traffic;
    }
  }

  private static ChildProcess load(
      Workbench workbench, Hour hour, String javaOptions, Consumer<String> progress)
      throws IOException, SQLException {
    progress.accept("writing " + hour.name());
    RawObjects objects = new RawObjects(workbench.folder().resolve(hour.file()));
    objects.writeBatches(hour.traffic());
    progress.accept("loading " + hour.name());
    return LoadedHour.load(workbench, objects, START, hour.events(), javaOptions);
  }
}
