package io.clickstream.it.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.RawKey;
import io.clickstream.it.TestJob;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An hour in which the traffic of a shop is mixed with attacks that an anonymous browser can make.
 *
 * <p>Every load ends, the rows of the shop's visitors are those of a warehouse without the attacks,
 * and the warehouse works little more for each record. Work is counted in rows that queries read
 * and write, since seconds depend on the machine.
 */
class HostileHourIT {

  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant ATTACK = START.plus(Duration.ofMinutes(90));
  private static final int LINES_OF_AN_OBJECT = 500;

  /** Tables whose rows belong to one visitor, by a query without columns that count others. */
  private static final Map<String, String> OF_VISITORS =
      Map.ofEntries(
          Map.entry("clickstream_events", "SELECT * FROM clickstream_events"),
          Map.entry("clickstream_sessions", "SELECT * FROM clickstream_sessions"),
          Map.entry("session_acquisition", "SELECT * FROM session_acquisition"),
          Map.entry("session_products", "SELECT * FROM session_products"),
          Map.entry("session_steps", "SELECT * FROM session_steps"),
          Map.entry("session_paths", "SELECT * FROM session_paths"),
          Map.entry("session_funnels", "SELECT * FROM session_funnels"),
          Map.entry("visitor_funnels", "SELECT * FROM visitor_funnels"),
          Map.entry("visitor_weeks", "SELECT * FROM visitor_weeks"),
          Map.entry(
              "clickstream_orders",
              "SELECT order_id, event_id, session_key, visitor_id, user_id, ordered_at, order_date,"
                  + " channel, login_state, line_count, revenue_minor, currency, is_signed"
                  + " FROM clickstream_orders"),
          Map.entry("clickstream_order_lines", "SELECT * FROM clickstream_order_lines"),
          Map.entry("order_touches", "SELECT * FROM order_touches"));

  @TempDir private Path folder;

  private final List<String> lines = new ArrayList<>();
  private int ids;

  @BeforeAll
  static void start() {
    TestSpark.session();
  }

  @Test
  void aSmallOneLeavesTheShopsRowsAlone() throws Exception {
    attack(2_000, 1);
  }

  @Test
  @Nightly("it loads two hundred thousand records twice")
  void aLargeOneLeavesTheShopsRowsAlone() throws Exception {
    attack(200_000, 10);
  }

  private void attack(int honestEvents, int size) throws Exception {
    Path honest = folder.resolve("honest");
    Path mixed = folder.resolve("mixed");
    for (Path raw : List.of(honest, mixed)) {
      SimulatedObjects.write(
          raw, new TrafficOptions(honestEvents, 1, START, Duration.ofHours(3)), 100);
    }
    String alone = TestWarehouses.migrated();
    String attacked = TestWarehouses.migrated();
    long aloneBefore = rowsMoved(alone);
    Loaded aloneLoaded = load(alone, honest);
    long aloneRecords = aloneLoaded.records();
    double alonePerRecord = (double) (rowsMoved(alone) - aloneBefore) / aloneRecords;

    Set<String> orders = orders(alone);
    assertThat(orders).isNotEmpty();
    nameBombs(size);
    orderFloods(size);
    lineFloods(size);
    longTexts(size);
    writeLines(mixed, 1);
    takeovers(orders);
    writeLines(mixed, 2);
    long attackedBefore = rowsMoved(attacked);
    Loaded attackedLoaded = load(attacked, mixed);
    long attackedRecords = attackedLoaded.records();
    double attackedPerRecord = (double) (rowsMoved(attacked) - attackedBefore) / attackedRecords;
    System.out.printf(
        "hostile hour: %,d records without and %,d with attacks; %.1f and %.1f rows moved, %.3f and"
            + " %.3f ms of the lock per record%n",
        aloneRecords,
        attackedRecords,
        alonePerRecord,
        attackedPerRecord,
        aloneLoaded.lockMillisPerRecord(),
        attackedLoaded.lockMillisPerRecord());
    assertThat(attackedRecords).isGreaterThan(aloneRecords + 5_500);
    assertThat(attackedPerRecord).isLessThan(3 * alonePerRecord);
    requireShopsRows(alone, attacked);

    // One more event of each attacker: the history of a bot or of a buyer is not read again.
    for (String attacker : List.of("bomber", "flooder", "buyer", "liner", "texter", "thief")) {
      lines.add(line(ATTACK.plusSeconds(3_000), attacker, "page_view", "", ""));
    }
    writeLines(mixed, 3);
    long before = rowsMoved(attacked);
    Loaded again = load(attacked, mixed);
    System.out.printf(
        "hostile hour: one more event of each attacker; %,d rows moved, %.1f ms of the lock%n",
        rowsMoved(attacked) - before, again.lockMillisPerRecord() * again.records());
    // Mostly of the hour of the attack, whose events three marts count again.
    assertThat(rowsMoved(attacked) - before).isLessThan(8 * attackedRecords);
    requireShopsRows(alone, attacked);
  }

  // ── attacks ──────────────────────────────────────────────────────────────────────────────────

  private String line(Instant at, String client, String name, String more, String moreOfIngest) {
    return "{'eventId':'%s','eventName':'%s','clientId':'attacker %s','_ingest':{'receivedAt':'%s'%s}%s}"
        .formatted(new UUID(0xa77ac4000L, ++ids), name, client, at, moreOfIngest, more)
        .replace('\'', '"');
  }

  private void send(int millis, String client, String name, String more) {
    lines.add(line(ATTACK.plusMillis(millis), client, name, more, ""));
  }

  /** Names of 8,180 characters are rejected; of shorter ones there are too many for a person. */
  private void nameBombs(int size) {
    for (int i = 0; i < 50 * size; i++) {
      send(i, "bomber", "😀".repeat(8_180), "");
    }
    for (int i = 0; i < 5_001 * size; i++) {
      send(100 * i / size, "bomber", "😀".repeat(31) + i % 1_000, "");
    }
  }

  /** Thousands of orders in one session; and fewer, in sessions that the client dates back. */
  private void orderFloods(int size) {
    for (int i = 0; i < 500 * size; i++) {
      send(i, "flooder", "checkout_complete", ",'order':{'id':'flood-" + i + "','value':1}");
    }
    for (int visit = 0; visit < 100; visit++) {
      String queued =
          ",'sentAt':'2026-11-21T13:30:00Z','clientTimestamp':'%s'"
              .formatted(Instant.parse("2026-11-21T13:30:00Z").minusSeconds(3_600L * visit));
      for (int i = 0; i < 3; i++) {
        send(
            visit,
            "buyer",
            "checkout_complete",
            queued + ",'order':{'id':'bought-%d-%d','value':1}".formatted(visit, i));
      }
    }
  }

  private void lineFloods(int size) {
    for (int i = 0; i < 4 * size; i++) {
      for (String item : List.of("{}", "0", "{'productId':'p'}")) {
        send(
            i,
            "liner",
            "checkout_complete",
            ",'order':{'id':'lines-%d-%s','items':[%s%s]}"
                .formatted(i, item.length(), (item + ",").repeat(10_000), item));
      }
    }
  }

  /** Texts that make patterns slow. */
  private void longTexts(int size) {
    for (int i = 0; i < 50 * size; i++) {
      String url =
          ",'pageUrl':'https://s.example/?utm_source=%s&utm_medium=%s&utm_campaign=%s'"
              .formatted("a.".repeat(4_000) + i, "cp".repeat(4_000), "shop".repeat(2_000));
      lines.add(
          line(
              ATTACK.plusSeconds(2L * i),
              "texter " + i,
              "page_view",
              url + ",'referrer':'https://" + "b.".repeat(3_000) + i + "/'",
              ",'userAgent':'" + "Version/1.1 Mobile ".repeat(400) + i + "'"));
    }
  }

  /** Claims of the shop's orders, dated before the orders by the client's clock. */
  private void takeovers(Set<String> orders) {
    String sixDaysBack =
        ",'sentAt':'2026-11-21T15:30:00Z','clientTimestamp':'2026-11-15T15:30:00Z'";
    Instant after = START.plus(Duration.ofHours(4));
    for (String order : orders) {
      String id = "'" + order + "'";
      lines.add(
          line(
              after,
              "thief",
              "checkout_complete",
              sixDaysBack + ",'order':{'id':" + id + ",'value':-5}",
              ""));
      lines.add(
          line(
              after,
              "thief of " + order,
              "checkout_complete",
              ",'element':{'dataset':{'orderId':" + id + ",'total':5}}",
              ""));
    }
  }

  /** Writes batch objects under the hour of the attack. */
  private void writeLines(Path raw, int number) throws IOException {
    for (int from = 0; from < lines.size(); from += LINES_OF_AN_OBJECT) {
      RawKey key =
          RawKey.received(ATTACK, RawKey.Kind.BATCH, new UUID(0xbadL << 16 | number, from));
      Path file = raw.resolve(key.relative());
      Files.createDirectories(file.getParent());
      Files.write(file, lines.subList(from, Math.min(lines.size(), from + LINES_OF_AN_OBJECT)));
    }
    lines.clear();
  }

  // ── loads and comparisons ────────────────────────────────────────────────────────────────────

  /** The records that a load read, and the seconds for which it held the lock. */
  private record Loaded(long records, double lockSeconds) {

    double lockMillisPerRecord() {
      return lockSeconds * 1_000 / records;
    }
  }

  /** Loads what is new. */
  private static Loaded load(String warehouse, Path raw) throws Exception {
    EtlResult result = TestJob.loadNew(warehouse, raw.toUri());
    assertThat(result.failures()).isEmpty();
    assertThat(result.slices()).allMatch(LedgerRow::isBalanced);
    LedgerRow total = result.total();
    return new Loaded(
        total.get(LedgerRow.Count.RECORDS_READ), total.lockHeldSeconds().doubleValue());
  }

  private static Set<String> orders(String warehouse) throws SQLException {
    return new HashSet<>(
        TestWarehouses.texts(warehouse, "SELECT order_id FROM clickstream_orders"));
  }

  private static void requireShopsRows(String alone, String attacked) throws SQLException {
    assertThat(Checks.run(new Warehouse(attacked, PostgresServer.USER, null, null), found -> {}))
        .allMatch(Checks.Finding::holds);
    for (Map.Entry<String, String> table : OF_VISITORS.entrySet()) {
      String rows = "SELECT row_text::TEXT FROM (" + table.getValue() + ") AS row_text";
      Set<String> stored = new HashSet<>(TestWarehouses.texts(attacked, rows));
      assertThat(TestWarehouses.texts(alone, rows))
          .as(table.getKey())
          .isNotEmpty()
          .allMatch(stored::contains);
    }
  }

  /** Rows that queries have read and written in the tables of the warehouse. */
  private static long rowsMoved(String warehouse) throws SQLException {
    return TestWarehouses.number(
        warehouse,
        "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd"
            + " + n_tup_del), 0) FROM pg_stat_user_tables WHERE schemaname = 'public'");
  }
}
