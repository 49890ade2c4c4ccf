package io.clickstream.bench;

import java.util.Map;

/** Times the job's parser, which makes all of its columns, against {@code from_json}. */
final class ParseBenchmark implements Benchmark {

  private static final double AT_MOST = 1;
  private static final double MICROS_PER_SECOND = 1e6;
  private static final String OURS = "ours";
  private static final String FROM_JSON = "from_json";

  @Override
  public void run(Workbench bench) throws Exception {
    int events = bench.of(200_000, 50_000, 500);
    bench.progress("writing %,d events", events);
    RawHours hours =
        RawHours.exactly(bench.folder().resolve("parse"), events, RawHours.WITH_ID, RawHours.BATCH);
    Map<String, String> properties =
        Map.of(
            SparkState.MASTER, "local[1]",
            SparkState.HOURS, hours.toString(),
            SparkState.EVENTS, Integer.toString(events));
    bench.progress("in turns: ours and from_json");
    Turns turns =
        new Turns(
            0,
            bench.of(3, 1, 1),
            new Program(OURS, () -> micros(bench, "ours", properties) / events),
            new Program(FROM_JSON, () -> micros(bench, "fromJson", properties) / events));
    bench.add(
        Target.atMost(AT_MOST, "time per parsed event / from_json", turns.ratio(OURS, FROM_JSON)));
    bench.add(turns.figure("time per parsed event", "µs"));
  }

  private static double micros(Workbench bench, String method, Map<String, String> properties)
      throws Exception {
    int warmUps = bench.of(3, 2, 0);
    int iterations = bench.of(5, 3, 1);
    return MICROS_PER_SECOND
        * Jmh.seconds(bench, ParsedEvents.class, method, properties, 4, warmUps, iterations);
  }
}
