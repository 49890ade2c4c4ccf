package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;

/** Times the job's parser, which makes all of its columns, against {@code from_json}. */
final class ParseBenchmark implements Benchmark {

  private static final double AT_MOST = 1;
  private static final double MICROS_PER_SECOND = 1e6;
  private static final String OURS = "ours";
  private static final String FROM_JSON = "from_json";

  @Override
  public void run(Workbench workbench, Scale scale, Report report)
      throws IOException, SQLException {
    int events = scale.of(200_000, 50_000, 500);
    workbench.progress("writing %,d events", events);
    RawHours hours =
        RawHours.exactly(
            workbench.folder().resolve("parse"), events, RawHours.WITH_ID, RawHours.BATCH);
    Jmh jmh = Jmh.of(workbench, scale, "local[1]", hours, events);
    workbench.progress("in turns: ours and from_json");
    Turns turns =
        new Turns(
            0,
            scale.of(3, 1, 1),
            new Program(OURS, () -> microsPerEvent(jmh, "ours", scale, events)),
            new Program(FROM_JSON, () -> microsPerEvent(jmh, "fromJson", scale, events)));
    report.add(
        Target.atMost(AT_MOST, "time per parsed event / from_json", turns.ratio(OURS, FROM_JSON)));
    report.add(turns.figure("time per parsed event", "µs"));
  }

  private static double microsPerEvent(Jmh jmh, String method, Scale scale, int events)
      throws IOException {
    int warmUps = scale.of(3, 2, 0);
    int iterations = scale.of(5, 3, 1);
    return jmh.seconds(ParsedEvents.class, method, warmUps, iterations)
        * MICROS_PER_SECOND
        / events;
  }
}
