package io.clickstream.local.demo;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.local.EmbeddedSpark;
import io.clickstream.local.LocalStack;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.SimulatedPost;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./clickstream demo}: sends simulated events through the whole platform, loads them, and
 * reports from the warehouse.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Sends simulated shop traffic through HTTP, Lambda and S3, loads it twice with Spark,",
      "and reports from the warehouse. Removes everything at the end."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final String ZONE = "Asia/Ho_Chi_Minh";
  private static final Duration TRAFFIC = Duration.ofHours(24);
  private static final int FAILED = 1;
  private static final int WRONG_ARGUMENTS = 2;
  private static final int ACCEPTED = 200;
  private static final int LAMBDA_PROCESSES = 2;
  private static final int MAX_EVENTS = 1_000_000;

  @Option(
      names = "--events",
      defaultValue = "5000",
      description = "Number of posts to send. Default: ${DEFAULT-VALUE}.")
  private int events;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the simulated visitors. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--keep", description = "Keeps everything running until Ctrl-C.")
  private boolean keep;

  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean waiting;

  private final Console console = new Console(System.out, System.console() != null);

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    if (events < 1 || events > MAX_EVENTS) {
      System.err.println(
          "clickstream: Cannot run the demo: --events is %,d. Give 1 to %,d."
              .formatted(events, MAX_EVENTS));
      return WRONG_ARGUMENTS;
    }
    long startedAt = System.nanoTime();
    console.line("Clickstream demo: from the browser's POST to the warehouse, on this machine%n");
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    try (EmbeddedSpark spark = new EmbeddedSpark()) {
      console.begin("Starting S3, PostgreSQL, the HTTP API and the ingest Lambda");
      try (LocalStack stack = LocalStack.start(plan())) {
        stack.migrate(Home.find());
        console.end();
        boolean same = run(stack, spark);
        console.line(
            "%n%s in %.0f s.",
            same ? "Done" : "FAILED: the second run changed rows",
            (System.nanoTime() - startedAt) / 1e9);
        if (keep) {
          waitForInterrupt(stack);
        } else {
          tryNext();
        }
        return same ? 0 : FAILED;
      }
    } finally {
      stopped.countDown();
    }
  }

  /** Waits until everything has stopped after --keep; otherwise the process reaper stops it. */
  private void stop() {
    interrupted.countDown();
    if (!waiting) {
      return;
    }
    try {
      stopped.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private LocalStack.Plan plan() throws IOException {
    Path folder = Files.createTempDirectory("clickstream-demo-");
    return new LocalStack.Plan(Home.find(), folder, true, 0, LAMBDA_PROCESSES);
  }

  private boolean run(LocalStack stack, EmbeddedSpark spark)
      throws IOException, InterruptedException, SQLException {
    Instant sendingFrom = Instant.now();
    List<SimulatedPost> posts = posts(sendingFrom);

    console.begin("Sending %,d events through HTTP → Lambda → S3".formatted(posts.size()));
    Map<Integer, Integer> responses =
        new TrafficSender(stack.api().endpoint()).send(posts, console.progress(posts.size()));
    int junk = BrokenObjects.put(stack.s3(), LocalStack.BUCKET, Instant.now());
    console.end();
    printResponses(responses, junk);
    console.detail(
        "%,d posts of an older tracker carry no times, so their events get the time of reception",
        posts.stream()
            .filter(post -> post.kind().accepted() && !TrafficSender.isTimed(post))
            .count());

    String[] args = arguments(stack, sendingFrom, Instant.now());
    console.begin("Loading with Spark: parse, dedupe, sessionize, merge");
    spark.connect(stack.s3());
    EtlResult first = EtlMain.run(args, stack.jobEnvironment(), line -> {});
    console.end();
    printBalance(first.total());

    try (Connection warehouse = stack.postgres().connect(LocalStack.DATABASE)) {
      Map<String, String> before = WarehouseDigest.of(warehouse);
      console.begin("Loading the same hours again");
      EtlResult second = EtlMain.run(args, stack.jobEnvironment(), line -> {});
      console.end();
      printBalance(second.total());
      Map<String, String> after = WarehouseDigest.of(warehouse);
      boolean same = before.equals(after);
      console.detail(
          same
              ? "no row changed: the ordered dumps of %d tables are byte-equal ✔"
              : "rows changed in some of %d tables ✘",
          after.size());
      new DemoReport(warehouse, console, ZONE).print();
      return same && first.total().isBalanced() && second.total().isBalanced();
    }
  }

  /** Returns the posts of a day that ends at the last noon in UTC, so that it has a midnight. */
  private List<SimulatedPost> posts(Instant now) {
    Instant noon = now.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(12));
    Instant end = noon.isAfter(now) ? noon.minus(Duration.ofDays(1)) : noon;
    List<SimulatedPost> posts = new ArrayList<>();
    new Traffic(new TrafficOptions(events, seed, end.minus(TRAFFIC), TRAFFIC)).forEach(posts::add);
    return posts;
  }

  private static String[] arguments(LocalStack stack, Instant from, Instant to) {
    return new String[] {
      "--raw", stack.rawRoot().toString(),
      "--from", EtlOptions.hour(from),
      "--to", EtlOptions.hour(to.plus(Duration.ofHours(1))),
      "--jdbc-url", stack.jdbcUrl(),
      "--db-user", PostgresServer.USER,
      "--timezone", ZONE,
      "--own-hosts", "shop.example",
    };
  }

  private void printResponses(Map<Integer, Integer> responses, int junk) {
    int accepted = responses.getOrDefault(ACCEPTED, 0);
    List<String> rejected = new ArrayList<>();
    responses.forEach(
        (status, count) -> {
          if (status != ACCEPTED) {
            rejected.add(
                status == 0
                    ? "%,d without a response".formatted(count)
                    : "%,d rejected with %d".formatted(count, status));
          }
        });
    console.detail(
        "%,d accepted%s; %d malformed objects added to S3, as an older ingest stored them",
        accepted, rejected.isEmpty() ? "" : ", " + String.join(", ", rejected), junk);
  }

  private void printBalance(LedgerRow row) {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("already loaded", row.get(Count.ALREADY_LOADED));
    parts.put("inserted", row.get(Count.INSERTED));
    parts.put("duplicates", row.get(Count.DUPLICATES));
    parts.put("rejected", row.get(Count.REJECTED));
    parts.put("erased", row.get(Count.ERASED));
    parts.put("closed", row.get(Count.CLOSED));
    parts.put("vanished", row.get(Count.VANISHED));
    parts.put("unreadable", row.get(Count.UNREADABLE));
    List<String> shown = new ArrayList<>();
    parts.forEach(
        (name, count) -> {
          if (count > 0) {
            shown.add(String.format(Locale.ROOT, "%,d %s", count, name));
          }
        });
    console.detail(
        "%,d listed = %s %s",
        row.get(Count.RECORDS_LISTED),
        shown.isEmpty() ? "0" : String.join(" + ", shown),
        row.isBalanced() ? "✔" : "✘");
  }

  private void tryNext() {
    console.heading("What to try next");
    console.line("  ./clickstream demo --keep            the same, and keeps everything running");
    console.line(
        "  ./clickstream up                     the platform with dashboards; the job runs every 30 s");
    console.line("  ./clickstream simulate --help        writes any number of raw objects");
    console.line(
        "  ./clickstream etl --help             the job on your own objects and warehouse");
    console.line("  docs/data-dictionary.md              the meaning of each column");
  }

  private void waitForInterrupt(LocalStack stack) throws InterruptedException {
    waiting = true;
    console.heading("Still up: Ctrl-C stops everything and removes the data");
    console.line(
        "  warehouse  psql -h 127.0.0.1 -p %d -U %s %s",
        stack.postgres().port(), PostgresServer.USER, LocalStack.DATABASE);
    console.line("  events     POST %s", stack.api().endpoint());
    console.line("  passwords  %s", stack.exports());
    console.line("  raw        s3://%s at %s", LocalStack.BUCKET, stack.s3().endpoint());
    interrupted.await();
  }
}
