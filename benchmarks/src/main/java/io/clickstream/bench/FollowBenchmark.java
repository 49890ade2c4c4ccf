package io.clickstream.bench;

import io.clickstream.local.LocalStack;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the time from the POST of an event to its committed row and to an open page of the
 * dashboards' live mode, and the CPU time of an idle follower. The follower runs in a separate
 * process. The times are measured for two intervals of the follower. For one of them they are also
 * measured with a Kinesis stream, from which the events come to S3.
 */
final class FollowBenchmark implements Benchmark {

  private static final double P50_SECONDS = 6;
  private static final double P99_SECONDS = 12;
  private static final double STREAM_P99_SECONDS = 20;
  private static final double IDLE_PERCENT = 3;
  private static final double TO_PERCENT = 100;
  private static final int EVENTS_PER_SECOND = 50;
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration END = Duration.ofMinutes(2);

  /** In which the just-in-time compilers and the garbage collector come to rest. */
  private static final int WARM_UP_SECONDS = 30;

  /** The follower's interval, and whether events come to S3 by a Kinesis stream. */
  private enum Way {
    OFTEN("5s", false),
    OFTEN_BY_STREAM("5s", true),
    SELDOM("30s", false);

    private static final Duration WINDOW = Duration.ofSeconds(5);

    private final String every;
    private final boolean hasStream;

    Way(String every, boolean hasStream) {
      this.every = every;
      this.hasStream = hasStream;
    }

    LocalStack.Plan plan(Path folder) {
      LocalStack.Plan plan = new LocalStack.Plan(Home.find(), folder, true, 0, 2);
      return hasStream ? plan.withStream(WINDOW) : plan;
    }

    @Override
    public String toString() {
      return "--follow " + every + (hasStream ? ", stream of " + WINDOW.toSeconds() + " s" : "");
    }
  }

  @Override
  public void run(Workbench bench) throws Exception {
    Map<String, Spread> delays = new LinkedHashMap<>();
    Map<String, Spread> onPage = new LinkedHashMap<>();
    for (Way way : Way.values()) {
      Path folder = Files.createDirectories(bench.folder().resolve("follow-" + way.ordinal()));
      try (LocalStack stack = LocalStack.start(way.plan(folder.resolve("stack")))) {
        stack.migrate(Home.find());
        measure(bench, way, folder, stack, delays, onPage);
      }
    }
    bench.add(new Figure("POST to committed row", "s", delays));
    bench.add(new Figure("POST to the dashboards' live page", "s", onPage));
  }

  private static void measure(
      Workbench bench,
      Way way,
      Path folder,
      LocalStack stack,
      Map<String, Spread> delays,
      Map<String, Spread> onPage)
      throws Exception {
    Process follower = start(stack, way.every, folder);
    try (PostedEvents events = new PostedEvents(stack, LiveQuery.of(Home.find()))) {
      bench.progress("%s: start", way);
      events.post(1);
      events.awaitAllSeen(START, follower);
      bench.progress("%s: warm-up", way);
      events.post(bench.of(WARM_UP_SECONDS, 10, 1) * EVENTS_PER_SECOND);
      events.awaitAllSeen(START, follower);
      events.forgetDelays();
      if (way == Way.OFTEN) {
        Ratio idle = idlePercent(bench, follower);
        bench.add(Target.atMost(IDLE_PERCENT, "CPU of an idle follower, % of a core", idle));
      }
      int seconds = bench.of(300, 60, 2);
      bench.progress("%s: %d events/s for %d s", way, EVENTS_PER_SECOND, seconds);
      events.post(seconds * EVENTS_PER_SECOND);
      events.awaitAllSeen(START, follower);
      if (way == Way.OFTEN) {
        bench.add(Target.atMost(P50_SECONDS, "POST to committed row, p50, s", events.delay(0.5)));
        bench.add(Target.atMost(P99_SECONDS, "POST to committed row, p99, s", events.delay(0.99)));
      } else if (way == Way.OFTEN_BY_STREAM) {
        bench.add(
            Target.atMost(
                STREAM_P99_SECONDS, "POST to row by the stream, p99, s", events.delay(0.99)));
      }
      delays.put(way + ", p50", events.delay(0.5).rounds());
      delays.put(way + ", p99", events.delay(0.99).rounds());
      onPage.put(way + ", p50", events.delayOnPage(0.5).rounds());
      onPage.put(way + ", p99", events.delayOnPage(0.99).rounds());
      bench.note(
          "%s: %,d events accepted = stored; loads: %,d; resident memory of the job: %d MB"
              .formatted(way, events.stored(), events.loads(), residentMegabytes(follower)));
    } finally {
      stop(follower, folder);
    }
  }

  /** Starts the job as users do. The script becomes the job, so signals reach it. */
  private static Process start(LocalStack stack, String every, Path folder) throws Exception {
    Map<String, String> settings = new HashMap<>(stack.s3().sparkSettings());
    Command job =
        TimedProcess.job(
            Workbench.SPARK_MASTER,
            settings,
            List.of(
                "--raw",
                stack.rawRoot().toString(),
                "--follow",
                every,
                "--jdbc-url",
                stack.jdbcUrl(),
                "--db-user",
                PostgresServer.USER));
    for (Map.Entry<String, String> variable : stack.jobEnvironment().entrySet()) {
      job = job.with(variable.getKey(), variable.getValue());
    }
    return job.start(folder, "follower");
  }

  private static Ratio idlePercent(Workbench bench, Process follower) throws InterruptedException {
    int seconds = bench.of(60, 30, 2);
    bench.progress("idle for %d s", seconds);
    Duration before = cpuTime(follower);
    TimeUnit.SECONDS.sleep(seconds);
    Duration used = cpuTime(follower).minus(before);
    return Ratio.once(TO_PERCENT * used.toNanos() / Duration.ofSeconds(seconds).toNanos());
  }

  private static Duration cpuTime(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static long residentMegabytes(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1_024;
  }

  private static void stop(Process follower, Path folder) throws Exception {
    follower.destroy();
    boolean ended = follower.waitFor(END.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      Command.kill(follower);
    }
    if (!ended || follower.exitValue() != 0) {
      List<String> said = Files.readAllLines(folder.resolve("follower.err"));
      throw new IOException(
          "the follower did not end well: "
              + said.subList(Math.max(0, said.size() - 3), said.size()));
    }
  }
}
