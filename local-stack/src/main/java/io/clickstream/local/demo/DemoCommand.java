package io.clickstream.local.demo;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.local.EmbeddedSpark;
import io.clickstream.local.LocalStack;
import io.clickstream.servers.Home;
import io.clickstream.servers.Migrations;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.S3Server;
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
 * {@code ./clickstream demo}: the whole data path on real parts, and what the warehouse then says.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Sends simulated shop traffic through HTTP, Lambda and S3, loads it twice with Spark,",
      "and tells what the warehouse says. Leaves nothing behind."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final String ZONE = "Asia/Ho_Chi_Minh";
  private static final Duration TRAFFIC = Duration.ofHours(24);
  private static final int FAILED = 1;
  private static final int WRONG_ARGUMENTS = 2;
  private static final int ACCEPTED = 200;
  private static final int LAMBDA_PROCESSES = 2;
  private static final int MOST_EVENTS = 1_000_000;

  @Option(
      names = "--events",
      defaultValue = "5000",
      description = "How many posts to send. Default: ${DEFAULT-VALUE}.")
  private int events;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Another seed gives other visitors. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--keep", description = "Leave the parts running until Ctrl-C.")
  private boolean keep;

  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean waiting;

  private final Console console = new Console(System.out, System.console() != null);

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    if (events < 1 || events > MOST_EVENTS) {
      System.err.println("clickstream: --events must be 1 to " + MOST_EVENTS);
      return WRONG_ARGUMENTS;
    }
    long startedAt = System.nanoTime();
    console.line("Clickstream demo: from the browser's POST to the warehouse, on this machine%n");
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    try (EmbeddedSpark spark = new EmbeddedSpark()) {
      console.begin("Starting S3, PostgreSQL, the HTTP API and the ingest Lambda");
      try (LocalStack stack = LocalStack.start(plan())) {
        new Migrations(Home.find().sql()).apply(stack.jdbcUrl(), PostgresServer.USER, null);
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

  /** Waits for the end in good order if that is near; amid the work the lifeline brings it. */
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
    Map<Integer, Integer> answers =
        new TrafficSender(stack.api().endpoint()).send(posts, console.progress(posts.size()));
    int junk = BrokenObjects.put(stack.s3(), LocalStack.BUCKET, Instant.now());
    console.end();
    printAnswers(answers, junk);
    console.detail(
        "%,d posts of an old client tell no times, so they are dated by their reception just now",
        posts.stream()
            .filter(post -> post.kind().accepted() && !TrafficSender.isTimed(post))
            .count());

    String[] args = arguments(stack, sendingFrom, Instant.now());
    console.begin("Loading with Spark: parse, dedupe, sessionize, merge");
    spark.connect(stack.s3());
    EtlResult first = EtlMain.run(args, Map.of(), line -> {});
    console.end();
    printBalance(first.total());

    try (Connection warehouse = stack.postgres().connect(LocalStack.DATABASE)) {
      Map<String, String> before = WarehouseDigest.of(warehouse);
      console.begin("Loading the same hours again");
      EtlResult second = EtlMain.run(args, Map.of(), line -> {});
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

  /** A day of traffic that ends at the last noon in UTC, so that it has a midnight in it. */
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

  private void printAnswers(Map<Integer, Integer> answers, int junk) {
    int accepted = answers.getOrDefault(ACCEPTED, 0);
    List<String> refused = new ArrayList<>();
    answers.forEach(
        (status, count) -> {
          if (status != ACCEPTED) {
            refused.add(
                status == 0
                    ? "%,d without an answer".formatted(count)
                    : "%,d refused with %d".formatted(count, status));
          }
        });
    console.detail(
        "%,d accepted%s; and %d broken objects put on S3, as an older ingest left them",
        accepted, refused.isEmpty() ? "" : ", " + String.join(", ", refused), junk);
  }

  private void printBalance(LedgerRow row) {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("already loaded", row.get(Count.ALREADY_LOADED));
    parts.put("inserted", row.get(Count.INSERTED));
    parts.put("duplicates", row.get(Count.DUPLICATES));
    parts.put("rejected", row.get(Count.REJECTED));
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
    console.line(
        "  ./clickstream demo --keep            the same, and leaves it up to look around");
    console.line(
        "  ./clickstream up                     the platform, with a job every 30 s and dashboards");
    console.line("  ./clickstream simulate --help        as many raw objects as you like");
    console.line(
        "  ./clickstream etl --help             the job on your own objects and warehouse");
    console.line("  docs/data-dictionary.md              what each column means");
  }

  private void waitForInterrupt(LocalStack stack) throws InterruptedException {
    waiting = true;
    console.heading("Still up; Ctrl-C ends it and removes its data");
    console.line(
        "  warehouse  psql -h 127.0.0.1 -p %d -U %s %s",
        stack.postgres().port(), PostgresServer.USER, LocalStack.DATABASE);
    console.line("  events     POST %s", stack.api().endpoint());
    console.line(
        "  raw        s3://%s at %s (access key %s, secret key %s)",
        LocalStack.BUCKET, stack.s3().endpoint(), S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
    interrupted.await();
  }
}
