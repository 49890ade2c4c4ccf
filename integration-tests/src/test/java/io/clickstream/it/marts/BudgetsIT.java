package io.clickstream.it.marts;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.RawKey;
import io.clickstream.it.TestJob;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the bounds on what one sender can make the warehouse store and compute. */
class BudgetsIT {

  private static final Instant START = Instant.parse("2026-11-02T10:00:00Z");
  private static final String ORDER = "checkout_complete";

  @TempDir private Path raw;

  private final Map<Instant, List<String>> unwritten = new TreeMap<>();
  private String warehouse;
  private int ids;

  @BeforeAll
  static void start() {
    TestSpark.session();
  }

  @BeforeEach
  void empty() throws SQLException {
    warehouse = migrated();
  }

  /** Sends an event; more members by {@code ,'name':value}. Returns its id. */
  private UUID send(Instant at, String client, String name, String more) {
    return send(at, client, name, more, "");
  }

  private UUID send(Instant at, String client, String name, String more, String moreOfIngest) {
    UUID id = new UUID(0x4000, ++ids);
    sendAs(id, at, client, name, more, moreOfIngest);
    return id;
  }

  private void sendAs(
      UUID id, Instant at, String client, String name, String more, String moreOfIngest) {
    unwritten
        .computeIfAbsent(at.truncatedTo(ChronoUnit.HOURS), hour -> new ArrayList<>())
        .add(
            "{'eventId':'%s','eventName':'%s','clientId':'%s','_ingest':{'receivedAt':'%s'%s}%s}"
                .formatted(id, name, client, at, moreOfIngest, more)
                .replace('\'', '"'));
  }

  private static String order(String id, Object value) {
    return ",'order':{'id':'%s','value':%s,'currency':'VND'}".formatted(id, value);
  }

  private static Instant at(long seconds) {
    return START.plusSeconds(seconds);
  }

  private void load() throws IOException, SQLException {
    load(warehouse);
    assertThat(Checks.run(new Warehouse(warehouse, PostgresServer.USER, null, null), found -> {}))
        .allMatch(Checks.Finding::holds);
  }

  private void load(String target) throws IOException {
    for (Map.Entry<Instant, List<String>> hour : unwritten.entrySet()) {
      Path file =
          raw.resolve(
              RawKey.received(hour.getKey(), RawKey.Kind.BATCH, new UUID(0x4000, ++ids))
                  .relative());
      Files.createDirectories(file.getParent());
      Files.write(file, hour.getValue());
    }
    unwritten.clear();
    TestJob.loadNew(target, raw.toUri());
  }

  /** A load of everything into another warehouse gives the same rows. */
  private void assertSameAsOneLoad() throws IOException, SQLException {
    String fresh = migrated();
    load(fresh);
    assertThat(dump(warehouse)).isEqualTo(dump(fresh));
  }

  /** Rows as lines, columns apart by commas. */
  private String rows(String query) throws SQLException {
    return text(
        warehouse, "SELECT coalesce(string_agg(line::TEXT, E'\\n'), '') FROM (" + query + ") line");
  }

  /** Rows that queries have read of the tables, since the database was created. */
  private long rowsRead() throws SQLException {
    return number(
        warehouse,
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"
            + " WHERE schemaname = 'public'");
  }

  @Test
  void aSessionOfMoreThanFiveThousandEventsIsABots() throws Exception {
    for (int i = 0; i <= 5_000; i++) {
      // From 16:00 to 17:23 UTC, and from 23:00 to 00:23 of the reporting zone.
      Instant at = at(21_600 + i);
      if (i < 5_000) {
        send(at, "person", "view_" + i, "");
      }
      send(at, "bot", "view_" + i, "");
    }
    load();
    String sessions =
        "SELECT visitor_id, event_count, is_bot, bot_reason, order_count"
            + " FROM clickstream_sessions ORDER BY visitor_id";
    assertThat(rows(sessions)).isEqualTo("(c:bot,5001,t,volume,)\n(c:person,5000,f,,0)");
    assertThat(rows("SELECT visitor_id, cardinality(event_names) FROM session_steps"))
        .isEqualTo("(c:person,5000)");
    String hours = "SELECT events, visitors, bot_events, bot_sessions FROM traffic_hourly";
    assertThat(rows(hours + " ORDER BY hour")).isEqualTo("(3600,1,3600,1)\n(1400,1,1401,0)");
    String minutes =
        "SELECT count(*), sum(events), sum(bot_events) FROM traffic_minutely GROUP BY hour"
            + " ORDER BY hour";
    assertThat(rows(minutes)).isEqualTo("(60,3600,3600)\n(24,1400,1401)");
    assertThat(rows("SELECT day, events, bot_events FROM traffic_daily ORDER BY day"))
        .isEqualTo("(2026-11-02,3600,3600)\n(2026-11-03,1400,1401)");
    assertThat(number(warehouse, "SELECT sum(events) FROM event_hourly")).isEqualTo(5_000);
    assertThat(number(warehouse, "SELECT count(*) FROM v_ga4_events")).isEqualTo(5_000);

    // One more event makes the person a bot, in both hours.
    send(at(21_600 + 5_000), "person", "view", "");
    load();
    assertThat(rows(hours + " ORDER BY hour")).isEqualTo("(0,0,7200,2)\n(0,0,2802,0)");
    assertThat(rows(minutes)).isEqualTo("(60,0,7200)\n(24,0,2802)");
    assertThat(number(warehouse, "SELECT count(*) FROM session_steps")).isZero();
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isEqualTo(10_002);
    assertSameAsOneLoad();
  }

  @Test
  void aSessionOfMoreThanAHundredOrdersIsABots() throws Exception {
    for (int i = 0; i < 101; i++) {
      send(at(i), "bot", ORDER, order("bot-" + i, 5));
      // Each order is reported three times.
      send(at(i), "person", ORDER, order("person-" + i % 100, 7));
      send(at(i), "person", ORDER, order("person-" + i % 100, 7));
      send(at(i), "person", ORDER, order("person-" + i % 100, 7));
    }
    load();
    String sessions =
        "SELECT visitor_id, bot_reason, checkout_complete_count, order_count, revenue_minor,"
            + " currency FROM clickstream_sessions ORDER BY visitor_id";
    assertThat(rows(sessions)).isEqualTo("(c:bot,volume,101,,,)\n(c:person,,303,100,700,VND)");
    assertThat(rows("SELECT visitor_id, count(*) FROM clickstream_orders GROUP BY 1"))
        .isEqualTo("(c:person,100)");

    // Later events continue both sessions.
    send(at(200), "bot", ORDER, order("bot-0", 5));
    send(at(200), "person", ORDER, order("person-5", 7));
    load();
    assertThat(rows(sessions)).isEqualTo("(c:bot,volume,102,,,)\n(c:person,,304,100,700,VND)");
    send(at(300), "person", ORDER, ",'order':{'value':7}");
    load();
    assertThat(rows(sessions)).isEqualTo("(c:bot,volume,102,,,)\n(c:person,volume,305,,,)");
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_orders")).isZero();
    assertSameAsOneLoad();
  }

  @Test
  void namesLinesAndValuesAreBounded() throws Exception {
    String longest = "€".repeat(42) + "ab";
    send(at(0), "a", longest, "");
    send(at(1), "a", longest + "c", "");
    String line = "{'productId':'p','quantity':1,'price':2},";
    for (int lines : List.of(200, 201, 5_000)) {
      send(
          at(2),
          "b",
          ORDER,
          ",'order':{'id':'%d','items':[%s{},null]}".formatted(lines, line.repeat(lines)));
    }
    send(at(3), "c", ORDER, order("zero", 0));
    send(at(3), "c", ORDER, order("below", -1));
    send(at(3), "c", ORDER, order("e15", "1E15"));
    send(at(3), "c", ORDER, order("more", "1000000000000001"));
    String items = ",'order':{'id':'%s','items':[{'quantity':%s,'price':500000000000000}%s]}";
    String one = ",{'price':1}";
    send(at(4), "d", ORDER, items.formatted("sum", "2", ""));
    send(at(4), "d", ORDER, items.formatted("sum+1", "2", one));
    send(at(4), "d", ORDER, items.formatted("line+1", "2.000000000000002", ",{'price':-1}"));
    send(at(4), "d", ORDER, items.formatted("back", "-2", ""));
    send(at(4), "d", ORDER, items.formatted("back-1", "-2", ",{'quantity':-1,'price':1}"));
    load();
    assertThat(rows("SELECT event_name FROM clickstream_events WHERE visitor_id = 'c:a'"))
        .isEqualTo("(" + longest + ")");
    assertThat(rows("SELECT reason, count(*) FROM rejected_records GROUP BY 1"))
        .isEqualTo("(event_name_too_long,1)");
    assertThat(
            rows("SELECT order_id, line_count, revenue_minor FROM clickstream_orders ORDER BY 1"))
        .isEqualTo(
            """
            (200,200,400)
            (201,200,)
            (5000,200,)
            (back,1,-1000000000000000)
            (back-1,2,)
            (below,0,)
            (e15,0,1000000000000000)
            (line+1,2,)
            (more,0,)
            (sum,1,1000000000000000)
            (sum+1,2,)
            (zero,0,0)""");
    String lines = "SELECT count(*) FROM clickstream_order_lines";
    assertThat(number(warehouse, lines)).isEqualTo(608);
    assertThat(
            rows(
                "SELECT order_id, revenue_minor FROM clickstream_order_lines"
                    + " WHERE order_id ~ '[+-]1$' ORDER BY order_id, line"))
        .isEqualTo(
            """
            (back-1,-1000000000000000)
            (back-1,-1)
            (line+1,)
            (line+1,-1)
            (sum+1,1000000000000000)
            (sum+1,1)""");
  }

  @Test
  void anOrderBelongsToItsFirstReceivedClaimWhateverTheClientsClockSays() throws Exception {
    send(at(100), "buyer", ORDER, order("o1", 900));
    load();
    String orders =
        "SELECT visitor_id, order_date, revenue_minor, is_signed, conflicting_claims"
            + " FROM clickstream_orders";
    assertThat(rows(orders)).isEqualTo("(c:buyer,2026-11-02,900,f,0)");

    String sixDaysBack =
        ",'clientTimestamp':'2026-10-27T10:00:00Z','sentAt':'2026-11-02T10:00:00Z'";
    send(at(200), "thief", ORDER, order("o1", 5) + sixDaysBack);
    send(at(300), "thief", ORDER, ",'element':{'dataset':{'orderId':'o1','total':1}}");
    load();
    assertThat(rows(orders)).isEqualTo("(c:buyer,2026-11-02,900,f,2)");

    // A shop that signs its orders is believed before anyone who claimed them earlier.
    send(at(50), "early", ORDER, order("o1", 3));
    load();
    assertThat(rows(orders)).isEqualTo("(c:early,2026-11-02,3,f,3)");
    send(at(400), "shop", ORDER, order("o1", 950), ",'signed':true");
    load();
    assertThat(rows(orders)).isEqualTo("(c:shop,2026-11-02,950,t,4)");
    send(at(500), "shop", ORDER, order("o1", 1), ",'signed':true");
    send(at(20), "thief", ORDER, order("o1", 1) + ",'signed':true");
    load();
    assertThat(rows(orders)).isEqualTo("(c:shop,2026-11-02,950,t,5)");
    assertSameAsOneLoad();
  }

  /** A stranger guesses the id of the shop's event, and sends it before the shop and after it. */
  @Test
  void aSignedEventIsKeptWhoeverElseSendsItsId() throws Exception {
    String orders = "SELECT visitor_id, revenue_minor, is_signed FROM clickstream_orders";
    UUID id = UUID.fromString("00000000-0000-4000-8000-000000000001");
    sendAs(id, at(100), "thief", ORDER, order("o1", 5), "");
    load();
    assertThat(rows(orders)).isEqualTo("(c:thief,5,f)");
    sendAs(id, at(200), "shop", ORDER, order("o1", 900), ",'signed':true");
    load();
    assertThat(rows(orders)).isEqualTo("(c:shop,900,t)");
    sendAs(id, at(50), "thief", ORDER, order("o1", 7), "");
    // A replay, which is received later.
    sendAs(id, at(300), "shop", ORDER, order("o1", 900), ",'signed':true");
    String before = rows("SELECT * FROM clickstream_events");
    load();
    assertThat(rows(orders)).isEqualTo("(c:shop,900,t)");
    assertThat(rows("SELECT * FROM clickstream_events")).isEqualTo(before);
    assertThat(rows("SELECT visitor_id, event_count FROM clickstream_sessions"))
        .isEqualTo("(c:shop,1)");
    assertSameAsOneLoad();
  }

  @Test
  void aThousandClaimsOfAnOrderCount() throws Exception {
    for (int i = 0; i < 1_100; i++) {
      send(at(100 + i), "thief " + i, ORDER, order("o1", 1));
    }
    send(at(100), "buyer", ORDER, order("o1", 900));
    send(at(99), "buyer", ORDER, order("o1", 900));
    load();
    assertThat(rows("SELECT visitor_id, conflicting_claims FROM clickstream_orders"))
        .isEqualTo("(c:buyer,998)");
  }

  @Test
  void anOrderSeesItsLastFiftyTouches() throws Exception {
    int hour = 3_600;
    for (int i = 0; i < 52; i++) {
      send(at(i * hour), "a", "page_view", ",'pageUrl':'https://s.example/?utm_source=s" + i + "'");
    }
    send(at(51 * hour + 1), "a", ORDER, order("o1", 50));
    load();
    assertThat(
            rows(
                "SELECT min(source), max(touch), min(touches), sum(linear_minor), count(*)"
                    + " FROM order_touches WHERE touch = 1 OR touch = 50"))
        .isEqualTo("(s2,50,50,2,2)");
    // The session before those 50 is not seen; the first of them is.
    send(at(hour + 60), "a", "page_view", ",'referrer':'https://other.example/'");
    send(at(2 * hour - 60), "a", "page_view", ",'referrer':'https://other.example/'");
    load();
    assertSameAsOneLoad();
  }

  /** 320 sessions and 3,000 orders of one visitor once made 960,000 touches. */
  @Test
  void aFurtherPageViewOfAVisitorWithManyOrdersCostsLittle() throws Exception {
    int hour = 3_600;
    for (int visit = 0; visit < 150; visit++) {
      for (int i = 0; i < 5; i++) {
        send(at(visit * hour + i), "a", ORDER, order(visit + "-" + i, 5));
      }
    }
    load();
    assertThat(number(warehouse, "SELECT count(*) FROM order_touches"))
        .isEqualTo(IntStream.rangeClosed(1, 150).map(n -> 5 * Math.min(n, 50)).sum());
    send(at(1_000), "other", "page_view", "");
    load();
    long before = rowsRead();
    send(at(150 * hour), "other", "page_view", "");
    load(warehouse);
    long others = rowsRead() - before;
    send(at(150 * hour), "a", "page_view", "");
    load(warehouse);
    // The touches of all orders again would be 6,375 rows to compute, to read and to compare.
    assertThat(rowsRead() - before - others).isLessThan(others + 10_000);
    assertSameAsOneLoad();
  }

  /** Otherwise 336 sessions of 5,000 events each would be read again for each further event. */
  @Test
  void aVisitorsDayOfMoreThanFiveThousandEventsIsNotFollowed() throws Exception {
    int day = 86_400;
    for (int i = 0; i < 5_000; i++) {
      // 3,000 events of one session and 2,000 of another.
      send(at(i < 3_000 ? i : 7_200 + i), "busy", i % 100 == 0 ? "product_view" : "other", "");
    }
    send(at(-day), "busy", "product_view", "");
    send(at(day), "busy", "add_to_cart_click", "");
    load();
    String days =
        "SELECT DISTINCT day, cardinality(step_at) FROM visitor_funnels"
            + " WHERE funnel = 'purchase' ORDER BY day";
    String before = rows(days);
    assertThat(before).contains("2026-11-01").contains("2026-11-02").contains("2026-11-03");
    send(at(7_200 + 5_000), "busy", "other", "");
    load();
    assertThat(rows(days)).contains("2026-11-01").doesNotContain("2026-11-02").contains("-11-03");
    assertThat(number(warehouse, "SELECT count(*) FROM session_funnels")).isPositive();
    assertSameAsOneLoad();
  }

  @Test
  void lateEventsOfAVisitorWithALongLifeGiveTheRowsOfOneLoad() throws Exception {
    List<String> names =
        List.of("home_view", "product_view", "add_to_cart_click", "checkout_start", ORDER);
    int day = 86_400;
    for (int i = 0; i < 60; i++) {
      String url = i % 7 == 0 ? ",'pageUrl':'https://s.example/?utm_source=s" + i + "'" : "";
      send(at(i * day), "a", names.get(i % 5), i % 5 == 4 ? order("o" + i, i) : url);
    }
    load();
    for (int late : List.of(3, 17, 31, 58, 0)) {
      String url = late % 2 == 0 ? "" : ",'pageUrl':'https://s.example/?utm_source=late'";
      send(at(late * day - 7_200), "a", names.get(late % 3), url);
      send(at(late * day + 60), "a", names.get(1 + late % 3), "");
      load();
    }
    assertSameAsOneLoad();
  }

  @Test
  void patternsSeeTheBeginningOfATextOnly() throws SQLException {
    String channel = "SELECT channel_of('s', repeat('x', %d) || 'push', NULL)";
    assertThat(text(warehouse, channel.formatted(252))).isEqualTo("Mobile Push Notifications");
    assertThat(text(warehouse, channel.formatted(253))).isEqualTo("Unassigned");
    String category = "SELECT source_category('%s' || repeat('a.', 121) || 'google.com')";
    assertThat(text(warehouse, category.formatted("x"))).isEqualTo("search");
    assertThat(text(warehouse, category.formatted("xx"))).isNull();
    assertThat(text(warehouse, "SELECT is_paid_medium(repeat('x', 254) || 'cp')")).isEqualTo("t");
    assertThat(text(warehouse, "SELECT is_paid_medium(repeat('x', 255) || 'cp')")).isEqualTo("f");
  }
}
