package io.clickstream.bench;

import io.clickstream.simulator.SimulatedPost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures the peak resident memory of the job's process, which is driver and executor in one. It
 * loads an hour with a tenth of the events, the whole hour, and the whole hour with half of its
 * events from one client.
 */
final class MemoryBenchmark implements Benchmark {

  private static final double AT_MOST = 1.3;
  private static final int TENTH = 10;
  private static final String HEAP = "-Xmx2g -Xlog:gc:file=";
  private static final Pattern PAUSE = Pattern.compile("Pause .* \\d+M->(\\d+)M\\(");
  private static final Pattern CLIENT_ID = Pattern.compile("\"clientId\":\"[^\"]*\"");

  private record Run(String name, TimedProcess exit, double heapMegabytes) {}

  @Override
  public void run(Workbench bench) throws Exception {
    int events = bench.of(5_000_000, 500_000, 1_000);
    String fewer = "%,d events".formatted(events / TENTH);
    String all = "%,d events".formatted(events);
    List<Run> runs =
        List.of(
            load(bench, fewer, events / TENTH, false),
            load(bench, all, events, false),
            load(bench, all + ", half of them one client's", events, true));
    double growth = runs.get(1).exit().peakMegabytes() / runs.get(0).exit().peakMegabytes();
    bench.add(
        Target.atMost(AT_MOST, "peak memory, %s / %s".formatted(all, fewer), Ratio.once(growth)));
    bench.add(figure("peak memory", "MB", runs, run -> run.exit().peakMegabytes()));
    bench.add(figure("most heap left after a garbage collection", "MB", runs, Run::heapMegabytes));
    bench.add(figure("the same runs", "s", runs, run -> run.exit().seconds()));
  }

  private static Figure figure(
      String title, String unit, List<Run> runs, ToDoubleFunction<Run> value) {
    Map<String, Spread> values = new LinkedHashMap<>();
    runs.forEach(run -> values.put(run.name(), Spread.of(List.of(value.applyAsDouble(run)))));
    return new Figure(title, unit, values);
  }

  private static Run load(Workbench bench, String name, int events, boolean skewed)
      throws Exception {
    bench.progress("writing %s", name);
    RawHours hour = RawHours.oneHour(Files.createTempDirectory(bench.folder(), "memory-"));
    Stream<SimulatedPost> posts = hour.traffic(events).stream();
    hour.write((skewed ? skewed(posts) : posts)::iterator, RawHours.BATCH);
    bench.progress("loading %s", name);
    Path log = Files.createTempFile(bench.folder(), "memory-", ".gc");
    TimedProcess exit = HourBenchmark.load(bench, hour, events, HEAP + log);
    return new Run(name, exit, mostHeapAfterCollection(log));
  }

  /** Returns the same posts, every second one from the same client. */
  static Stream<SimulatedPost> skewed(Stream<SimulatedPost> posts) {
    AtomicInteger count = new AtomicInteger();
    return posts.map(post -> count.incrementAndGet() % 2 == 0 ? ofOneClient(post) : post);
  }

  private static SimulatedPost ofOneClient(SimulatedPost post) {
    String body = CLIENT_ID.matcher(post.body()).replaceFirst("\"clientId\":\"one-for-half\"");
    return new SimulatedPost(
        post.id(), post.receivedAt(), body, post.sourceIp(), post.userAgent(), post.kind());
  }

  /** Returns megabytes; 0 if nothing was collected. */
  private static double mostHeapAfterCollection(Path log) throws Exception {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(PAUSE::matcher)
          .filter(Matcher::find)
          .mapToDouble(pause -> Double.parseDouble(pause.group(1)))
          .max()
          .orElse(0);
    }
  }
}
