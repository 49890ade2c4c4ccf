package io.clickstream.bench.hour;

import io.clickstream.bench.ChildProcess;
import io.clickstream.bench.Launch;
import io.clickstream.bench.LoadedHour;
import io.clickstream.bench.RawObjects;
import io.clickstream.bench.ScaledBenchmark;
import io.clickstream.bench.Turns;
import io.clickstream.bench.Turns.Program;
import io.clickstream.bench.Workbench;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code ./clickstream etl} of an hour, from process start to exit, in a new warehouse each. */
public final class HourBenchmark extends ScaledBenchmark<Scale> {

  private static final double MOST_TIME = 2;
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Launch EMPTY = inPlaceOfTheJob(EmptyJob.class);
  private static final Launch SESSION = inPlaceOfTheJob(EmptySession.class);

  /** Describes it. */
  public HourBenchmark() {
    super(
        "hour",
        "an hour of 5,000 events, process start to exit, against an empty Spark job",
        Scale.FULL,
        Scale.QUICK);
  }

  private static Launch inPlaceOfTheJob(Class<?> main) {
    return Launch.inPlaceOfTheJob(main, Workbench.SPARK_MASTER, Map.of(), "");
  }

  @Override
  protected Report measure(Workbench workbench, Scale scale, Consumer<String> progress)
      throws IOException, SQLException {
    int events = scale.events();
    progress.accept("writing an hour of %,d events".formatted(events));
    RawObjects objects = new RawObjects(workbench.folder().resolve("hour"));
    objects.writeEvents(new Traffic(new TrafficOptions(events, 1, START, HOUR)));
    progress.accept("in turns: the hour, an empty job, and a session without a query");
    Turns turns =
        new Turns(
            scale.warmUps(),
            scale.rounds(),
            new Program(
                "the hour", () -> LoadedHour.load(workbench, objects, START, events, "").seconds()),
            new Program("empty job", () -> ChildProcess.run(workbench.folder(), EMPTY).seconds()),
            new Program(
                "session without a query",
                () -> ChildProcess.run(workbench.folder(), SESSION).seconds()));
    String what = "hour of %,d events".formatted(events);
    return new Report(
        List.of(turns.slowDownAtMost(MOST_TIME, what + " / empty job", "the hour", "empty job")),
        List.of(turns.figure(what + ", process start to exit")),
        List.of());
  }
}
