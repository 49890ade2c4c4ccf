package io.clickstream.it.faults;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.HoursPlan;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.it.TestJob;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.FaultProxy;
import io.clickstream.testing.FaultProxy.Fault;
import io.clickstream.testing.FaultProxy.Kind;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestBucket;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that packed objects give the same warehouse, on a folder and on an S3 server. */
class PacksIT {

  private static final Instant START = Instant.parse("2020-02-29T00:00:00Z");
  private static final String[] WINDOW = {"--from", "2020-02-29T00", "--to", "2020-02-29T06"};
  private static final Duration HALF = Duration.ofHours(3);
  private static final int EVENTS = 240;
  private static final int BATCHED_EVENTS = 600;

  /** The number of faults after which a request succeeds. */
  private static final int PASSES_AFTER = 2;

  private static final List<Fault> PASSING =
      List.of(Fault.SLOW_DOWN, Fault.INTERNAL_ERROR, Fault.RESET);

  private static final TestBucket BUCKET = TestBucket.create();

  @TempDir private static Path folder;

  private static Path raw;
  private static FaultProxy proxy;
  private static Map<String, String> rows;

  @BeforeAll
  static void loadWithoutPacks() throws Exception {
    raw = folder.resolve("raw");
    simulate(raw);
    proxy = new FaultProxy(BUCKET.endpoint());
    BUCKET.connectSpark(
        Map.of(
            "fs.s3a.endpoint", proxy.endpoint().toString(),
            "fs.s3a.retry.limit", "3",
            "fs.s3a.retry.interval", "5ms",
            "fs.s3a.retry.throttle.interval", "5ms"));
    String alone = migrated();
    assertThat(load(alone, raw.toUri().toString()).isBalanced()).isTrue();
    rows = dump(alone);
  }

  @AfterAll
  static void stop() throws IOException {
    if (proxy != null) {
      proxy.close();
    }
  }

  private static void simulate(Path into) throws IOException {
    SimulatedObjects.write(into, new TrafficOptions(EVENTS, 1, START, HALF));
    SimulatedObjects.write(into, new TrafficOptions(BATCHED_EVENTS, 2, START.plus(HALF), HALF), 50);
  }

  private Path copy(String name) throws IOException {
    Path copy = folder.resolve(name);
    simulate(copy);
    return copy;
  }

  private static long files(Path root, String name) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(file -> file.getFileName().toString().matches(name)).count();
    }
  }

  private static LedgerRow load(String warehouse, String root) throws IOException {
    return etl(warehouse, root, WINDOW).total();
  }

  private static EtlResult etl(String warehouse, String root, String... more) throws IOException {
    return TestJob.run(warehouse, URI.create(root), more);
  }

  private static String pack(String root, String... more) throws IOException {
    return TestJob.pack(URI.create(root), with(WINDOW, more)).toJson();
  }

  private static EtlResult run(String root, RunListener listener, String... arguments)
      throws IOException {
    return TestJob.run(List.of(with(arguments, "--raw", root)), listener);
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(some));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  @Test
  void packsOnS3GiveTheSameRowsAndACompleteHourCostsAListing() throws Exception {
    Path copy = copy("s3");
    BUCKET.upload(copy, "events");
    String root = BUCKET.uri("events").toString();
    long objects = files(copy, ".*");

    proxy.follow(
        request ->
            request.attempt() <= PASSES_AFTER && chosen(request.target()) % 5 < 2
                ? Optional.of(PASSING.get((chosen(request.target()) + request.attempt()) % 3))
                : Optional.empty());
    String packed = pack(root, "--delete-packed");
    assertThat(packed).contains("\"failures\":0");
    assertThat(proxy.counts()).containsOnlyKeys(PASSING);

    AtomicInteger reads = new AtomicInteger();
    proxy.follow(
        request -> {
          // The folder of erasure requests is looked for, and is not there.
          if (request.kind() == Kind.OBJECT && !request.target().endsWith("/erasures")) {
            assertThat(request.target()).contains("/pack-");
            reads.incrementAndGet();
          }
          return Optional.empty();
        });
    String warehouse = migrated();
    LedgerRow first = load(warehouse, root);
    assertThat(first.isBalanced()).isTrue();
    assertThat(dump(warehouse)).isEqualTo(rows);
    assertThat(reads.get()).isPositive();

    reads.set(0);
    LedgerRow second = load(warehouse, root);
    assertThat(second.get(Count.ALREADY_LOADED)).isEqualTo(first.get(Count.RECORDS_LISTED));
    assertThat(second.get(Count.OBJECTS_LISTED)).isEqualTo(first.get(Count.OBJECTS_LISTED));
    assertThat(second.get(Count.RECORDS_READ)).isZero();
    assertThat(reads.get()).isZero();
    say("S3 with faults: %,d objects and folders packed, deleted and loaded: all equal", objects);
  }

  private static int chosen(String target) {
    return Math.floorMod(target.replace(BUCKET.name(), "faulty").hashCode(), 1_000);
  }

  @Test
  void aPackingThatIsKilledWhileItDeletesLosesNothingAndTheNextGoesOn() throws Exception {
    BUCKET.upload(raw, "killed");
    String root = BUCKET.uri("killed").toString();
    KilledDeletion.run(
        proxy, BUCKET, folder, List.of(with(WINDOW, "--raw", root, "--pack", "--delete-packed")));
    String between = migrated();
    assertThat(load(between, root).isBalanced()).isTrue();
    assertThat(dump(between)).isEqualTo(rows);

    assertThat(pack(root, "--delete-packed")).doesNotContain("\"objects_deleted\":0,");
    proxy.follow(
        request -> {
          assertThat(request.target()).doesNotContain("event-", "batch-");
          return Optional.empty();
        });
    String after = migrated();
    assertThat(load(after, root).isBalanced()).isTrue();
    assertThat(dump(after)).isEqualTo(rows);
  }

  /** Both have read the same objects when the first one stores its pack. */
  @Test
  void twoPackersAtOnceOnS3WriteTheSamePacksAndLoseNothing() throws Exception {
    BUCKET.upload(raw, "together");
    String root = BUCKET.uri("together").toString();
    AtomicInteger writes = new AtomicInteger();
    CountDownLatch bothWrite = new CountDownLatch(2);
    proxy.follow(
        request -> {
          boolean isPack = request.kind() == Kind.WRITE && request.target().contains("/pack-");
          if (isPack && writes.incrementAndGet() <= 2) {
            bothWrite.countDown();
            Eventually.isOpen("both store their packs", bothWrite);
          }
          return Optional.empty();
        });
    String[] hour = {"--hour", "2020-02-29T00", "--pack", "--delete-packed"};
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<EtlResult> one = pool.submit(() -> run(root, line -> {}, hour));
      Future<EtlResult> other = pool.submit(() -> run(root, line -> {}, hour));
      assertThat(one.get().failures()).isEmpty();
      assertThat(other.get().failures()).isEmpty();
    } finally {
      pool.shutdownNow();
      proxy.follow(request -> Optional.empty());
    }
    assertThat(writes.get()).isGreaterThanOrEqualTo(2);
    String warehouse = migrated();
    HoursPlan packed = plan(warehouse, root);
    assertThat(packed.packs()).isOne();
    assertThat(load(warehouse, root).isBalanced()).isTrue();
    assertThat(dump(warehouse)).isEqualTo(rows);
  }

  @Test
  void objectsThatAreLoadedAreNotLoadedAgainFromPacks() throws Exception {
    Path copy = copy("loaded");
    String root = copy.toUri().toString();
    String warehouse = migrated();
    LedgerRow first = load(warehouse, root);
    pack(root);
    assertThat(load(warehouse, root).get(Count.RECORDS_READ)).isZero();
    pack(root, "--delete-packed");
    assertThat(files(copy, "(event|batch)-.*")).isZero();

    SimulatedObjects.write(copy, new TrafficOptions(20, 3, START, HALF));
    LedgerRow late = load(warehouse, root);
    assertThat(late.isBalanced()).isTrue();
    assertThat(late.get(Count.RECORDS_READ)).isEqualTo(20);
    assertThat(late.get(Count.ALREADY_LOADED)).isEqualTo(first.get(Count.RECORDS_LISTED));

    pack(root, "--delete-packed");
    String fresh = migrated();
    assertThat(load(fresh, root).isBalanced()).isTrue();
    assertThat(dump(fresh)).isEqualTo(dump(warehouse));
    assertThat(number(fresh, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
  }

  @Test
  void anObjectBesideADamagedPackIsReadByItself() throws Exception {
    Path copy = copy("damaged");
    String root = copy.toUri().toString();
    pack(root);
    try (var files = Files.walk(copy)) {
      for (Path pack : files.filter(file -> file.toString().endsWith(".parquet")).toList()) {
        byte[] bytes = Files.readAllBytes(pack);
        bytes[bytes.length / 2] ^= 1;
        Files.write(pack, bytes);
      }
    }
    String warehouse = migrated();
    List<String> lines = new ArrayList<>();
    LedgerRow row =
        run(
                root,
                lines::add,
                with(WINDOW, "--jdbc-url", warehouse, "--db-user", PostgresServer.USER))
            .total();
    assertThat(row.isBalanced()).isTrue();
    assertThat(dump(warehouse)).isEqualTo(rows);
    assertThat(lines).anyMatch(line -> line.endsWith("Reading objects outside of packs first."));
  }

  @Test
  void aPlanTellsWhatThereIsToLoadAndLoadsNothing() throws Exception {
    Path copy = copy("planned");
    String root = copy.toUri().toString();
    String warehouse = migrated();
    long objects = files(copy, "(event|batch)-.*");
    HoursPlan before = plan(warehouse, root);
    assertThat(before.objects()).isEqualTo(objects);
    assertThat(before.reads()).isEqualTo(objects);
    assertThat(before.loadedObjects()).isZero();
    assertThat(before.hours()).isEqualTo(6);
    assertThat(before.hoursWithObjects()).isEqualTo(6);
    assertThat(before.records()).isGreaterThan(EVENTS);
    assertThat(number(warehouse, "SELECT count(*) FROM etl_runs")).isZero();

    load(warehouse, root);
    HoursPlan loaded = plan(warehouse, root);
    assertThat(loaded.loadedObjects()).isEqualTo(objects);
    assertThat(loaded.records()).isZero();
    assertThat(loaded.reads()).isZero();

    pack(root, "--delete-packed");
    HoursPlan packed = plan(warehouse, root);
    assertThat(packed.objects()).isZero();
    assertThat(packed.packs()).isEqualTo(6);
    assertThat(packed.loadedPacks()).isZero();
    load(warehouse, root);
    assertThat(plan(warehouse, root).loadedPacks()).isEqualTo(6);
    assertThat(plan(warehouse, root).records()).isZero();
  }

  private static HoursPlan plan(String warehouse, String root) throws IOException {
    EtlResult result = etl(warehouse, root, with(WINDOW, "--plan"));
    assertThat(result.toJson()).startsWith("{\"mode\":\"plan\",");
    return (HoursPlan) result.report().orElseThrow();
  }

  @Test
  void objectsThatMoveIntoAPackDuringARunAreLoadedByIt() throws Exception {
    String root = copy("moving").toUri().toString();
    String warehouse = migrated();
    AtomicInteger slices = new AtomicInteger();
    EtlResult result =
        run(
            root,
            new RunListener() {
              @Override
              public void message(String line) {}

              @Override
              public void stageEnded(Stage stage) {
                if (stage == Stage.PLAN && slices.getAndIncrement() == 0) {
                  try {
                    pack(root, "--delete-packed");
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                }
              }
            },
            with(WINDOW, "--jdbc-url", warehouse, "--db-user", PostgresServer.USER));
    assertThat(result.failures()).isEmpty();
    assertThat(result.slices()).hasSize(2).allMatch(LedgerRow::isBalanced);
    assertThat(result.slices().get(0).get(Count.VANISHED)).isPositive();
    assertThat(dump(warehouse)).isEqualTo(rows);
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
  }

  @Test
  void anotherFileIsRejectedAndAPackThatIsCutShortFailsItsSlice() throws Exception {
    Path copy = copy("files");
    String root = copy.toUri().toString();
    pack(root, "--delete-packed");
    String foreign = "2020/02/29/00/pack-00000000-0000-4000-8000-000000000001.parquet";
    Files.writeString(copy.resolve(foreign), "{\"eventName\":\"page_view\",\"clientId\":\"c\"}");
    Path pack;
    try (var files = Files.list(copy.resolve("2020/02/29/01"))) {
      pack = files.findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(pack);
    Files.write(pack, Arrays.copyOf(whole, whole.length / 2));
    String warehouse = migrated();
    List<String> lines = new ArrayList<>();
    String[] arguments = with(WINDOW, "--jdbc-url", warehouse, "--db-user", PostgresServer.USER);

    assertThatThrownBy(() -> run(root, lines::add, arguments))
        .hasMessageContaining("Cannot read 2020/02/29/01/" + pack.getFileName() + ": it ends after")
        .message()
        .doesNotContain("\n");
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isZero();
    assertThat(lines)
        .contains(foreign + " is not a pack: it is not a Parquet file. It is rejected.");

    LedgerRow skipped = run(root, line -> {}, with(arguments, "--skip-unreadable")).total();
    assertThat(skipped.isBalanced()).isTrue();
    assertThat(skipped.get(Count.UNREADABLE)).isOne();
    assertThat(
            text(
                warehouse,
                "SELECT reason || ' ' || length(body) FROM rejected_records WHERE object_key = '"
                    + foreign
                    + "'"))
        .isEqualTo("not_a_pack " + Files.size(copy.resolve(foreign)));
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isOne();

    Files.write(pack, whole);
    LedgerRow rest = etl(warehouse, root, "--since-last-run").total();
    assertThat(rest.isBalanced()).isTrue();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    Map<String, String> dump = dump(warehouse);
    for (String table : List.of("clickstream_events", "clickstream_sessions")) {
      assertThat(dump.get(table)).isEqualTo(rows.get(table));
    }
  }

  private static void say(String line, Object... values) {
    System.out.println("packs: " + line.formatted(values));
  }
}
