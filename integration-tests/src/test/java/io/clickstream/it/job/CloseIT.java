package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.copyOf;
import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.ClosePeriod;
import io.clickstream.etl.job.ClosePeriod.Result;
import io.clickstream.etl.job.ClosePeriod.Step;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.ClosingLock;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.RawKey;
import io.clickstream.local.Clickstream;
import io.clickstream.local.CloseCommand;
import io.clickstream.local.reload.Job;
import io.clickstream.local.reload.ProveErasure;
import io.clickstream.local.reload.Reload;
import io.clickstream.local.reload.ReloadRequest;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.RawObjectWriter;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closes five months of a random history of some visitors on the Tuesday of 1 September. */
class CloseIT {

  private static final String ZONE = "Asia/Ho_Chi_Minh";
  private static final Instant FIRST = Instant.parse("2026-05-10T03:00:00Z");
  private static final Instant LAST = Instant.parse("2026-10-10T03:00:00Z");
  private static final Instant END = Instant.parse("2026-08-31T17:00:00Z");

  private static final List<String> PAGES =
      List.of(
          "https://shop.example/",
          "https://shop.example/p/1?utm_source=google&utm_medium=cpc&utm_campaign=spring",
          "https://shop.example/p/2",
          "https://shop.example/p/3?utm_source=newsletter&utm_medium=email",
          "https://shop.example/cart");

  private static final List<String> NAMES =
      List.of(
          "page_view",
          "page_view",
          "product_view",
          "add_to_cart_click",
          "checkout_start",
          "search");

  /** A record: the number in the name of its object, its times, and its text. */
  private record Event(
      int number,
      Instant occurredAt,
      Instant receivedAt,
      UUID id,
      String order,
      boolean isSigned,
      String body) {

    boolean isOpen() {
      return !occurredAt.isBefore(END);
    }
  }

  @TempDir Path folder;

  private RawFolder raw;
  private String warehouse;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  @BeforeEach
  void empty() throws SQLException {
    raw = new RawFolder(folder.resolve("shop").resolve("events"));
    warehouse = migrated();
  }

  /** A random history. Orders are unique, but some are claimed again, also months later. */
  private static final class History {

    private final Random random;
    private final List<Event> events = new ArrayList<>();
    private final List<String> orders = new ArrayList<>();

    private final boolean ordersAreClaimedAgain;

    History(long seed) {
      this(seed, true);
    }

    History(long seed, boolean ordersAreClaimedAgain) {
      this.random = new Random(seed);
      this.ordersAreClaimedAgain = ordersAreClaimedAgain;
    }

    List<Event> write(int sessions) {
      long span = Duration.between(FIRST, LAST).toSeconds();
      for (int i = 0; i < sessions; i++) {
        Instant start = FIRST.plusSeconds((long) (random.nextDouble() * span));
        session(start, random.nextInt(24));
      }
      // Sessions around the end of the period.
      for (int minutes : new int[] {-4_000, -2_881, -2_879, -60, -29, -10, -1, 0, 20}) {
        session(END.plus(Duration.ofMinutes(minutes)), random.nextInt(24));
      }
      return events;
    }

    private void session(Instant start, int visitor) {
      Instant at = start;
      int length = 1 + random.nextInt(5);
      for (int i = 0; i < length; i++) {
        event(at, visitor, i);
        at = at.plusSeconds(20 + random.nextInt(random.nextInt(3) == 0 ? 2_400 : 300));
      }
    }

    private void event(Instant at, int visitor, int place) {
      StringBuilder more = new StringBuilder();
      String name = NAMES.get(random.nextInt(NAMES.size()));
      boolean signed = false;
      String order = null;
      if (place > 0 && random.nextInt(5) == 0) {
        name = "checkout_complete";
        boolean again = ordersAreClaimedAgain && !orders.isEmpty() && random.nextInt(3) == 0;
        order = again ? orders.get(random.nextInt(orders.size())) : "o" + orders.size();
        orders.add(order);
        signed = random.nextInt(4) == 0;
        more.append(order(order));
      }
      boolean queued = random.nextInt(8) == 0;
      Instant received = queued ? at.plus(Duration.ofHours(1 + random.nextInt(100))) : at;
      if (queued) {
        more.append(",'clientTimestamp':'%s','sentAt':'%s'".formatted(at, received));
      }
      if (visitor % 3 == 0) {
        more.append(",'userId':'u%d'".formatted(visitor / 6));
      }
      add(at, received, visitor, name, more.toString(), order, signed);
    }

    private String order(String id) {
      return ",'order':{'id':'%s','value':%d,'currency':'VND','items':[{'productId':'p1','price':%d,'quantity':1}]}"
          .formatted(id, 1_000 + random.nextInt(9_000), 1_000);
    }

    private void add(
        Instant at,
        Instant received,
        int visitor,
        String name,
        String more,
        String order,
        boolean signed) {
      UUID id = new UUID(0x4000L + events.size(), random.nextLong());
      String agent =
          visitor == 23
              ? "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
              : "Mozilla/5.0 (Windows NT 10.0) Firefox/128.0";
      String body =
          "{'eventId':'%s','eventName':'%s','clientId':'v%d','pageUrl':'%s','product':{'id':'p%d'}%s,'_ingest':{'receivedAt':'%s','userAgent':'%s'%s}}"
              .formatted(
                  id,
                  name,
                  visitor,
                  PAGES.get(random.nextInt(PAGES.size())),
                  random.nextInt(4),
                  more,
                  received,
                  agent,
                  signed ? ",'signed':true" : "")
              .replace('\'', '"');
      events.add(new Event(events.size(), at, received, id, order, signed, body));
      if (random.nextInt(10) == 0) {
        // A duplicate that was received later.
        events.add(new Event(events.size(), at, received, id, order, signed, body));
      }
    }
  }

  private void store(List<Event> events) {
    for (Event event : events) {
      raw.write(
          RawKey.received(
              event.receivedAt().truncatedTo(ChronoUnit.HOURS),
              RawKey.Kind.EVENT,
              new UUID(0x4000, event.number())),
          event.body().getBytes(StandardCharsets.UTF_8));
    }
  }

  private EtlResult load(String jdbcUrl) throws Exception {
    EtlResult result =
        JobRuns.etl(jdbcUrl, raw.uri(), "--since-last-run", "--reconcile", "--timezone", ZONE);
    assertThat(result.failures()).isEmpty();
    requireChecks(jdbcUrl);
    return result;
  }

  private static Warehouse asOwner(String jdbcUrl) {
    return new Warehouse(jdbcUrl, PostgresServer.USER, null, null);
  }

  private static void requireChecks(String jdbcUrl) {
    assertThat(Checks.run(asOwner(jdbcUrl), found -> {}).stream().filter(one -> !one.holds()))
        .isEmpty();
  }

  private Result close(Consumer<Step> beforeCommit) {
    return new ClosePeriod(asOwner(warehouse), line -> {}, beforeCommit)
        .close(connection -> END)
        .orElseThrow();
  }

  /** Ends the closing before the n-th commit, as a kill does, for each n; the last run ends it. */
  private Result closeKilledAtEachStep() {
    for (int stop = 1; ; stop++) {
      int last = stop;
      int[] steps = new int[1];
      AtomicBoolean stopped = new AtomicBoolean();
      Consumer<Step> kill =
          step -> {
            if (++steps[0] == last) {
              stopped.set(true);
              throw new IllegalStateException("killed");
            }
          };
      try {
        Result result = close(kill);
        assertThat(stopped).isFalse();
        return result;
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
        requireChecks(warehouse);
      }
    }
  }

  private static final String OPEN_SESSIONS =
      "session_key IN (SELECT session_key FROM clickstream_sessions WHERE started_at >= '2026-08-31T17:00Z')";

  /** The condition for the rows of the open period, by table or view. */
  private static final Map<String, String> OPEN_ROWS =
      Map.ofEntries(
          Map.entry("clickstream_events", "occurred_at >= '2026-08-31T17:00Z'"),
          Map.entry("clickstream_sessions", OPEN_SESSIONS),
          Map.entry("session_acquisition", OPEN_SESSIONS),
          Map.entry("session_products", OPEN_SESSIONS),
          Map.entry("session_steps", OPEN_SESSIONS),
          Map.entry("session_funnels", OPEN_SESSIONS),
          Map.entry(
              "duplicate_records",
              "event_id IN (SELECT event_id FROM clickstream_events WHERE occurred_at >= '2026-08-31T17:00Z')"),
          Map.entry("visitor_weeks", "TRUE"),
          Map.entry("traffic_minutely", "TRUE"),
          Map.entry("v_retention_weekly", "TRUE"),
          Map.entry("v_rfm", "TRUE"),
          Map.entry("clickstream_orders", "order_date >= '2026-09-01'"),
          Map.entry("clickstream_order_lines", "order_date >= '2026-09-01'"),
          Map.entry("order_touches", "order_date >= '2026-09-01'"));

  private static final List<String> MARTS_OF_DAYS =
      List.of(
          "returning_funnels",
          "traffic_hourly",
          "event_hourly",
          "quality_hourly",
          "property_hourly",
          "traffic_daily",
          "revenue_daily",
          "engagement_daily",
          "session_funnel_daily",
          "transition_daily",
          "path_daily",
          "page_daily",
          "acquisition_daily",
          "v_attribution_daily",
          "funnel_daily");

  /** Returns the rows of the open period, and all of what no closing may change. */
  private static Map<String, String> openRows(String jdbcUrl) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    for (Map.Entry<String, String> table : OPEN_ROWS.entrySet()) {
      rows.put(table.getKey(), rows(jdbcUrl, table.getKey(), table.getValue()));
    }
    for (String mart : MARTS_OF_DAYS) {
      rows.put(mart, rows(jdbcUrl, mart, "day >= '2026-09-01'"));
    }
    return rows;
  }

  private static String rows(String jdbcUrl, String table, String condition) throws SQLException {
    return text(
        jdbcUrl,
        "SELECT string_agg(one::TEXT, E'\\n' ORDER BY one::TEXT) FROM (SELECT * FROM %s WHERE %s) AS one"
            .formatted(table, condition));
  }

  /**
   * Returns true if an event may come after the closing. A claim may not if it takes an order that
   * the closed period has.
   */
  private static boolean mayComeLater(Event event, List<Event> all) {
    return event.order() == null
        || all.stream()
            .filter(other -> event.order().equals(other.order()) && !other.isOpen())
            .allMatch(
                other -> !event.isSigned() && other.receivedAt().isBefore(event.receivedAt()));
  }

  @Test
  void loadingGoesOnAsWithoutTheClosing() throws Exception {
    for (long seed = 1; seed <= (Boolean.getBoolean(Nightly.PROPERTY) ? 10 : 1); seed++) {
      raw = new RawFolder(folder.resolve("shop" + seed).resolve("events"));
      warehouse = migrated();
      Random random = new Random(seed);
      List<Event> before = new ArrayList<>();
      List<Event> later = new ArrayList<>();
      List<Event> late = new ArrayList<>();
      List<Event> all = new History(seed).write(160);
      for (Event event : all) {
        boolean isLast = event.occurredAt().isAfter(LAST.minus(Duration.ofDays(12)));
        if (event.isOpen() && (isLast || random.nextInt(3) == 0) && mayComeLater(event, all)) {
          later.add(event);
        } else if (!event.isOpen() && random.nextInt(12) == 0) {
          late.add(event);
        } else {
          before.add(event);
        }
      }
      store(before);
      load(warehouse);
      store(later);
      String expected = migrated();
      load(expected);

      Map<String, String> whole = dump(warehouse);
      Result closed = closeKilledAtEachStep();
      Map<String, String> rest = dump(warehouse);
      assertThat(closed.closing().isFinished()).isTrue();
      assertThat(closed.closing().events()).isPositive();
      for (String table : rest.keySet()) {
        if (table.endsWith("_daily") || table.endsWith("_hourly") || table.contains("order")) {
          assertThat(rest.get(table)).as(table).isEqualTo(whole.get(table));
        }
      }
      assertThat(rest.get("visitor_weeks")).isEqualTo(whole.get("visitor_weeks"));
      assertThat(rest.get("traffic_minutely")).isEqualTo(whole.get("traffic_minutely"));

      store(late);
      load(warehouse);
      assertThat(number(warehouse, "SELECT sum(closed) FROM etl_runs")).isEqualTo(late.size());
      Map<String, String> loaded = openRows(warehouse);
      Map<String, String> wanted = openRows(expected);
      for (String table : wanted.keySet()) {
        assertThat(loaded.get(table)).as(table).isEqualTo(wanted.get(table));
      }
      // A closing again changes nothing, and a rebuild computes the same rows.
      Map<String, String> state = dump(warehouse);
      assertThat(close(step -> {}).closing()).isEqualTo(closed.closing());
      assertThat(dump(warehouse)).isEqualTo(state);
      JobRuns.etl(warehouse, raw.uri(), "--rebuild", "--timezone", ZONE);
      assertThat(dump(warehouse)).isEqualTo(state);
    }
  }

  /**
   * The event id of a closed event is not known any more, so the event is new if it comes again.
   */
  @Test
  void aSessionWhoseFirstEventComesAgainIsClosedAgain() throws Exception {
    UUID again = new UUID(0x4000L, 1);
    store(
        List.of(
            view(0, END.minus(Duration.ofDays(10)), again, "v1"),
            view(1, END.plus(Duration.ofDays(5)), new UUID(0x4000L, 2), "v2")));
    load(warehouse);
    assertThat(close(step -> {}).closing().sessions()).isOne();
    store(
        List.of(
            view(2, END.plus(Duration.ofDays(3)), again, "v1"),
            view(3, END.plus(Duration.ofDays(20)), new UUID(0x4000L, 3), "v2")));
    load(warehouse);
    Instant later = END.plus(Duration.ofDays(10));
    Result second =
        new ClosePeriod(asOwner(warehouse), line -> {}).close(connection -> later).orElseThrow();
    assertThat(second.closing().isFinished()).isTrue();
    assertThat(number(warehouse, "SELECT count(*) FROM closed_sessions WHERE visitor_id = 'c:v1'"))
        .isOne();
    requireChecks(warehouse);
  }

  private static Event view(int number, Instant at, UUID id, String client) {
    String body =
        "{'eventId':'%s','eventName':'page_view','clientId':'%s','_ingest':{'receivedAt':'%s'}}"
            .formatted(id, client, at)
            .replace('\'', '"');
    return new Event(number, at, at, id, null, false, body);
  }

  @Test
  void anErasureForgetsWhatIsLeftOfTheClosedPeriod() throws Exception {
    List<Event> all = new History(3, false).write(120);
    store(all);
    load(warehouse);
    String closedDays = "day < '2026-09-01'";
    String traffic = rows(warehouse, "traffic_daily", closedDays);
    String[] linked = {"--erase", "--user-id=nobody", "--linked"};
    assertThat(JobRuns.etl(warehouse, raw.uri(), linked).toJson()).doesNotContain("linked_from");
    close(step -> {});
    assertThat(JobRuns.etl(warehouse, raw.uri(), linked).toJson())
        .contains("\"linked_from\":\"2026-08-31T17:00:00Z\"");
    String visitor = "visitor_id = 'c:v3' OR visitor_id = 'c:v6'";
    for (String table : List.of("closed_sessions", "visitor_weeks", "clickstream_orders")) {
      assertThat(rows(warehouse, table, visitor)).as(table).isNotNull();
    }
    List<Event> others =
        all.stream().filter(event -> !event.body().matches(".*\"clientId\":\"v[36]\".*")).toList();
    RawFolder everyone = raw;
    raw = new RawFolder(folder.resolve("others").resolve("events"));
    store(others);
    String expected = migrated();
    load(expected);
    raw = everyone;

    JobRuns.etl(warehouse, raw.uri(), "--erase", "--client-id=v3", "--client-id=v6");

    requireChecks(warehouse);
    for (String table : List.of("closed_sessions", "visitor_weeks", "clickstream_orders")) {
      assertThat(rows(warehouse, table, visitor)).as(table).isNull();
    }
    Map<String, String> open = openRows(warehouse);
    Map<String, String> wanted = openRows(expected);
    for (String table : wanted.keySet()) {
      assertThat(open.get(table)).as(table).isEqualTo(wanted.get(table));
    }
    assertThat(rows(warehouse, "traffic_daily", closedDays)).isEqualTo(traffic);
  }

  @Test
  void aReloadClosesTheSamePeriodAndAProofIsRefused() throws Exception {
    store(new History(4).write(40));
    load(warehouse);
    close(step -> {});
    ReloadRequest request =
        new ReloadRequest(
            asOwner(warehouse),
            Optional.of(raw.uri().toString()),
            List.of(),
            Map.of(),
            false,
            false);
    Job job =
        arguments -> EtlMain.run(arguments.toArray(String[]::new), Map.of(), line -> {}).failures();

    try (Reload reload = new Reload(request, job, line -> {})) {
      assertThat(reload.load().orElseThrow().differs()).isFalse();
      // The swap closes the period that was closed after the reload.
      Instant later = END.plus(Duration.ofDays(1));
      new ClosePeriod(asOwner(warehouse), line -> {}).close(connection -> later);
      try (ClosingLock closing = ClosingLock.take(asOwner(warehouse), "close")) {
        closing.requireHeld();
        assertThatThrownBy(reload::swap)
            .isInstanceOf(LoadException.class)
            .hasMessageStartingWith("Cannot swap: another closing or swap of this warehouse");
      }
      reload.swap();
      assertThat(closedBefore()).isEqualTo("2026-09-01 17:00:00");
    }

    ProveErasure proof =
        new ProveErasure(
            request,
            () -> {
              throw new IllegalStateException("not reached");
            },
            job,
            line -> {});
    assertThatThrownBy(proof::prove)
        .isInstanceOf(LoadException.class)
        .hasMessageStartingWith("Cannot prove: the period before 2026-09-01T17:00:00Z is closed");
  }

  /** -Dclose.events=N measures a larger warehouse. */
  @Test
  void theFilesShrinkInTheSameRunAlsoIfItIsKilledBetween() throws Exception {
    int events = Integer.getInteger("close.events", 20_000);
    Instant start = Instant.parse("2026-09-01T17:00:00Z");
    new RawObjectWriter(raw.root(), RawObjectWriter.Settings.standard().withBatchSize(100))
        .write(new Traffic(new TrafficOptions(events, 4, start, Duration.ofDays(12))), done -> {});
    Instant loading = Instant.now();
    load(warehouse);
    String killed = copyOf(warehouse);
    Instant end = start.plus(Duration.ofDays(8));
    long before = number(warehouse, BYTES_OF_SESSIONS);
    long toastBefore = number(warehouse, TOAST_BYTES);
    Instant closing = Instant.now();

    Result result =
        new ClosePeriod(asOwner(warehouse), line -> {}).close(connection -> end).orElseThrow();

    System.out.printf(
        "close: %s; TOAST before %d, after %d; loaded and checked in %d s, closed in %d s%n",
        result.toJson(),
        toastBefore,
        number(warehouse, TOAST_BYTES),
        Duration.between(loading, closing).toSeconds(),
        Duration.between(closing, Instant.now()).toSeconds());
    requireChecks(warehouse);
    assertThat(result.closing().events()).isBetween(events * 2L / 5, events * 3L / 5);
    assertThat(number(warehouse, BYTES_OF_SESSIONS)).isLessThan(before * 6 / 10);
    // So few events a day leave marts by day and by hour that are as large.
    assertThat(result.bytesAfter()).isLessThan(result.bytesBefore() * 7 / 10);

    for (Kill kill : Kill.chosen()) {
      try (CloseProcess process = new CloseProcess(folder, killed, end, kill.point, kill.nth)) {
        process.awaitPause();
        if (kill == Kill.IN_A_BATCH) {
          assertThatThrownBy(
                  () -> new ClosePeriod(asOwner(killed), line -> {}).close(connection -> end))
              .isInstanceOf(LoadException.class)
              .hasMessageMatching(
                  "Cannot close: another closing or swap of this warehouse is running \\(process \\d+ of the server, user \\w+\\)\\. .*");
        }
        if (kill == Kill.WHILE_IT_BUILDS_AN_INDEX) {
          killInIndexBuild(process, killed);
          assertThat(number(killed, UNFINISHED_INDEXES)).isOne();
        } else {
          process.kill();
        }
        requireChecks(killed);
      }
    }
    Result goneOn =
        new ClosePeriod(asOwner(killed), line -> {}).close(connection -> end).orElseThrow();
    assertThat(dump(killed)).isEqualTo(dump(warehouse));
    assertThat(goneOn.closing()).isEqualTo(result.closing());
    assertThat(number(killed, UNFINISHED_INDEXES)).isZero();
    assertThat(number(killed, BYTES_OF_SESSIONS)).isLessThan(before * 6 / 10);
  }

  /** The points at which a closing is killed. Each run goes on where the one before was killed. */
  private enum Kill {
    IN_A_BATCH("commit SESSIONS", 3),
    AFTER_A_BATCH("removed ", 4),
    IN_THE_REST("commit REST", 1),
    IN_A_MOVE("commit SPACE", 2),
    WHILE_IT_BUILDS_AN_INDEX("building the indexes of clickstream_events", 1);

    private final String point;
    private final int nth;

    Kill(String point, int nth) {
      this.point = point;
      this.nth = nth;
    }

    /** Returns all points at night, one by day, another one in each run. */
    static List<Kill> chosen() {
      List<Kill> all = List.of(values());
      return Boolean.getBoolean(Nightly.PROPERTY)
          ? all
          : List.of(all.get(ThreadLocalRandom.current().nextInt(all.size())));
    }
  }

  private static final String UNFINISHED_INDEXES =
      "SELECT count(*) FROM pg_index WHERE NOT indisvalid";

  /** Kills the process while the server builds an index, which waits for a transaction. */
  private static void killInIndexBuild(CloseProcess process, String jdbcUrl) throws Exception {
    try (Connection writer = TestWarehouses.connect(jdbcUrl);
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("LOCK TABLE clickstream_events IN ROW EXCLUSIVE MODE");
      process.goOn();
      Eventually.holds("an index is built", () -> number(jdbcUrl, UNFINISHED_INDEXES) == 1);
      process.kill();
      // The lock is free when the server has ended the statement.
      ClosingLock.take(asOwner(jdbcUrl), "close").close();
    }
  }

  private static final String TOAST_BYTES =
      "SELECT sum(pg_total_relation_size(reltoastrelid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::REGNAMESPACE AND reltoastrelid <> 0";

  private static final String BYTES_OF_SESSIONS =
      "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND (relname IN ('clickstream_events', 'clickstream_sessions', 'duplicate_records') OR relname LIKE 'session\\_%' AND relname <> 'session_funnel_daily')";

  /** Since PostgreSQL 16 a member of a role may act as it only if the grant says so. */
  @Test
  void aMemberWhoMayNotActAsTheOwnerRemovesRowsOnly() throws Exception {
    store(new History(6).write(40));
    load(warehouse);
    String role = "closes_without_the_owner";
    TestWarehouses.execute("CREATE ROLE " + role + " LOGIN IN ROLE clickstream_etl");
    TestWarehouses.execute("GRANT clickstream_owner TO " + role + " WITH SET FALSE");
    TestWarehouses.letLogIn(TestWarehouses.server(), role);
    Warehouse login = new Warehouse(warehouse, role, null, null);
    List<String> lines = new ArrayList<>();

    Result result = new ClosePeriod(login, lines::add).close(connection -> END).orElseThrow();

    assertThat(result.closing().isFinished()).isTrue();
    assertThat(lines)
        .last()
        .isEqualTo(
            "the files of the tables keep their size: %s may not act as clickstream_owner. Close again as one who may."
                .formatted(role));
  }

  private int command(String... period) {
    String[] login = {"--jdbc-url", warehouse, "--db-user", PostgresServer.USER};
    return Clickstream.commandLine(new CloseCommand()).execute(JobRuns.concat(login, period));
  }

  private String closedBefore() throws SQLException {
    return text(warehouse, "SELECT closed_before AT TIME ZONE 'UTC' FROM warehouse_settings");
  }

  @Test
  void theEndIsABeginOfADayAndMovesOnlyForward() throws Exception {
    assertThat(command("--before", "2026-09-01")).isOne();
    store(new History(5).write(2));
    load(warehouse);
    String latest = text(warehouse, "SELECT max(day) FROM traffic_daily");
    assertThat(latest).isBetween("2026-09-01", "2026-10-11");

    assertThat(command("--before", latest)).isOne();
    assertThat(command("--keep", "1d")).isOne();
    for (String[] wrong :
        new String[][] {
          {"--keep", "1"},
          {"--before", "yesterday"},
          {"--before", "2026-09-01T00"},
          {"--before", "+12026-09-01"},
          {}
        }) {
      assertThat(command(wrong)).as("%s", (Object) wrong).isEqualTo(2);
    }
    assertThat(command("--before", "2020-01-01")).isZero();
    assertThat(closedBefore()).isNull();

    assertThat(command("--before", "2026-08-02T00:30+07:00")).isZero();
    assertThat(closedBefore()).isEqualTo("2026-08-01 17:00:00");
    assertThat(command("--before", "2026-08-01")).isZero();
    assertThat(closedBefore()).isEqualTo("2026-08-01 17:00:00");
    assertThat(command("--before", "2026-08-03")).isZero();
    assertThat(closedBefore()).isEqualTo("2026-08-02 17:00:00");
    assertThat(number(warehouse, "SELECT count(*) FROM etl_closings WHERE finished_at IS NULL"))
        .isZero();
    requireChecks(warehouse);

    // The job closes, too: here nothing more, because more days are kept.
    assertThat(JobRuns.etl(warehouse, raw.uri(), "--keep", "99d", "--check").toJson())
        .startsWith("{\"closed_before\":\"2026-08-02T17:00:00Z\",\"finished\":true,");

    assertThatThrownBy(() -> JobRuns.etl(warehouse, raw.uri(), "--rebuild", "--timezone", "UTC"))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageStartingWith("Cannot rebuild with --timezone UTC: ");
  }
}
