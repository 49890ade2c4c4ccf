package io.clickstream.it.marts;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.RawKey;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the marts of small histories that people can count by hand. The zone is UTC + 7. */
class MartsIT {

  @TempDir private Path raw;

  private String warehouse;
  private int events;

  @BeforeAll
  static void start() {
    TestSpark.session();
  }

  @BeforeEach
  void empty() throws SQLException {
    warehouse = migrated();
  }

  /** Stores an event; more members by {@code ,'name':value}. */
  private void event(String at, String client, String name, String more) throws IOException {
    store(at, client, name, "{'receivedAt':'%s'}%s".formatted(at, more));
  }

  /** Stores an event that a program with this user agent sent. */
  private void from(String userAgent, String at, String client, String name, String more)
      throws IOException {
    store(
        at, client, name, "{'receivedAt':'%s','userAgent':'%s'}%s".formatted(at, userAgent, more));
  }

  private void store(String at, String client, String name, String ingestAndMore) {
    Instant received = Instant.parse(at);
    UUID id = new UUID(0x4000, ++events);
    new RawFolder(raw)
        .write(
            RawKey.received(received.truncatedTo(ChronoUnit.HOURS), RawKey.Kind.EVENT, id),
            "{'eventId':'%s','eventName':'%s','clientId':'%s','_ingest':%s}"
                .formatted(id, name, client, ingestAndMore)
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8));
  }

  private void event(String at, String client, String name) throws IOException {
    event(at, client, name, "");
  }

  private void load() throws IOException, SQLException {
    load("Asia/Ho_Chi_Minh");
  }

  private void load(String zone) throws IOException, SQLException {
    etl("--raw", raw.toUri().toString(), "--since-last-run", "--reconcile", "--timezone", zone);
    assertThat(Checks.run(new Warehouse(warehouse, PostgresServer.USER, null, null), found -> {}))
        .allMatch(Checks.Finding::holds);
  }

  private void etl(String... arguments) throws IOException {
    String[] all = new String[arguments.length + 4];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(
        new String[] {"--jdbc-url", warehouse, "--db-user", PostgresServer.USER},
        0,
        all,
        arguments.length,
        4);
    EtlMain.run(all, Map.of(), line -> {});
  }

  /** Rows as lines, columns apart by blanks. */
  private String rows(String query) throws SQLException {
    return text(
        warehouse, "SELECT coalesce(string_agg(line::TEXT, E'\\n'), '') FROM (" + query + ") line");
  }

  @Test
  void aFunnelIsGreedyAndInOrder() throws Exception {
    event("2026-11-02T10:00:00Z", "a", "product_view");
    event("2026-11-02T10:01:00Z", "a", "checkout_start");
    event("2026-11-02T10:02:00Z", "a", "add_to_cart_click");
    event("2026-11-02T10:03:30Z", "a", "checkout_start");
    event("2026-11-02T10:03:40Z", "a", "product_view");
    event("2026-11-02T10:04:00Z", "a", "checkout_complete", ",'order':{'id':'o1','value':7}");
    event("2026-11-02T10:00:00Z", "b", "add_to_cart_click");
    load();
    assertThat(
            rows(
                """
                SELECT step, closed, opened, median_s FROM funnel_daily
                WHERE funnel = 'purchase' AND scope = 'session' ORDER BY step"""))
        .isEqualTo("(1,1,1,)\n(2,1,2,120)\n(3,1,1,90)\n(4,1,1,30)");
    assertThat(
            rows(
                """
                SELECT visitor_id, step_at, open_steps FROM session_funnels
                WHERE funnel = 'purchase' AND visitor_id = 'c:b'"""))
        .isEqualTo("(c:b,{},{2})");
  }

  /** On Lord Howe, 01:30 to 02:00 comes twice: 14:30 to 15:00 and 15:00 to 15:30 of UTC. */
  @Test
  void anHourThatClocksMakeShorterHasItsOwnEventsOnly() throws Exception {
    event("2024-04-06T14:10:00Z", "a", "click");
    event("2024-04-06T14:40:00Z", "a", "click");
    event("2024-04-06T15:10:00Z", "a", "click");
    event("2024-04-06T15:20:00Z", "a", "click");
    event("2024-04-06T15:40:00Z", "a", "click");
    load("Australia/Lord_Howe");
    assertThat(rows("SELECT hour AT TIME ZONE 'UTC', events FROM traffic_hourly ORDER BY hour"))
        .isEqualTo(
            """
            ("2024-04-06 14:00:00",2)
            ("2024-04-06 14:30:00",2)
            ("2024-04-06 15:30:00",1)""");
  }

  @Test
  void aVisitorHasFourteenDaysForAFunnel() throws Exception {
    event("2026-11-01T10:00:00Z", "in", "product_view");
    event("2026-11-15T10:00:00Z", "in", "add_to_cart_click");
    event("2026-11-01T10:00:00Z", "out", "product_view");
    event("2026-11-15T10:00:00.000001Z", "out", "add_to_cart_click");
    load();
    assertThat(
            rows(
                """
                SELECT visitor_id, day, cardinality(step_at), open_steps FROM visitor_funnels
                WHERE funnel = 'purchase' ORDER BY visitor_id, day"""))
        .isEqualTo(
            "(c:in,2026-11-01,2,{1})\n(c:in,2026-11-15,0,{2})\n"
                + "(c:out,2026-11-01,1,{1})\n(c:out,2026-11-15,0,{2})");
  }

  @Test
  void theClosedCountIsOfTheDayOfStepOne() throws Exception {
    // Midnight of the reporting zone is 17:00 UTC.
    event("2026-11-02T16:50:00Z", "a", "home_view");
    event("2026-11-02T17:05:00Z", "a", "product_view");
    load();
    assertThat(
            rows(
                """
                SELECT day, step, closed, opened FROM funnel_daily
                WHERE funnel = 'purchase' AND scope = 'session' ORDER BY day, step"""))
        .isEqualTo("(2026-11-02,1,0,1)\n(2026-11-03,1,1,0)");
  }

  @Test
  void anOrderIsOnceAndGoesToItsFirstEventWheneverThatComes() throws Exception {
    String order = ",'order':{'id':'o1','value':100,'currency':'VND'}";
    event("2026-11-02T10:00:00Z", "late", "checkout_complete", order);
    event("2026-11-04T10:00:00Z", "late", "checkout_complete", order);
    load();
    assertThat(rows("SELECT order_id, visitor_id, order_date FROM clickstream_orders"))
        .isEqualTo("(o1,c:late,2026-11-02)");
    event("2026-11-01T10:00:00Z", "early", "checkout_complete", order);
    load();
    assertThat(rows("SELECT order_id, visitor_id, order_date FROM clickstream_orders"))
        .isEqualTo("(o1,c:early,2026-11-01)");
    assertThat(rows("SELECT day, currency, orders, revenue_minor FROM revenue_daily"))
        .isEqualTo("(2026-11-01,VND,1,100)");
    assertThat(rows("SELECT count(*), sum(linear_minor) FROM order_touches")).isEqualTo("(1,100)");
  }

  @Test
  void revenueIsAsSentElseOfTheLines() throws Exception {
    event(
        "2026-11-02T10:00:00Z",
        "a",
        "checkout_complete",
        ",'order':{'id':'o','items':[{'productId':'p','quantity':2,'price':50,'discountPrice':40},"
            + "{'productId':'q','price':7}]}");
    load();
    assertThat(rows("SELECT revenue_minor, line_count FROM clickstream_orders"))
        .isEqualTo("(87,2)");
    assertThat(
            rows(
                """
                SELECT value, orders, quantity FROM engagement_daily WHERE dimension = 'product'
                ORDER BY value"""))
        .isEqualTo("(p,1,2)\n(q,1,1)");
  }

  /** Returns a checkout_complete event's order, whose lines are given as JSON. */
  private static String order(String id, String lines) {
    return ",'order':{'id':'%s','currency':'VND','items':[%s]}".formatted(id, lines);
  }

  @Test
  void quantitiesAreDecimalsAndReturnsLowerTheSum() throws Exception {
    String at = "2026-11-02T10:00:00Z";
    event(at, "a", "checkout_complete", order("double", "{'price':100,'quantity':2.0}"));
    event(at, "b", "checkout_complete", order("part", "{'price':333,'quantity':1.5}"));
    event(
        at,
        "c",
        "checkout_complete",
        order("return", "{'price':500,'quantity':2},{'price':300,'quantity':-1}"));
    event(at, "d", "checkout_complete", order("back", "{'price':300,'quantity':-1}"));
    load();
    assertThat(rows("SELECT order_id, revenue_minor FROM clickstream_orders ORDER BY order_id"))
        .isEqualTo("(back,-300)\n(double,200)\n(part,500)\n(return,700)");
    assertThat(
            rows(
                """
                SELECT order_id, line AS number, quantity, revenue_minor FROM clickstream_order_lines
                WHERE order_id = 'return' ORDER BY line"""))
        .isEqualTo("(return,1,2,1000)\n(return,2,-1,-300)");
    assertThat(rows("SELECT sum(revenue_minor) FROM clickstream_sessions")).isEqualTo("(1100)");
  }

  @Test
  void aLineOfUnknownRevenueMakesTheSumUnknown() throws Exception {
    String at = "2026-11-02T10:00:00Z";
    event(at, "a", "checkout_complete", order("half", "{'price':100},{'quantity':3}"));
    event(at, "b", "checkout_complete", order("bad", "{'price':100,'quantity':'a few'}"));
    event(
        at,
        "c",
        "checkout_complete",
        ",'order':{'id':'sent','value':0,'items':[{'price':100,'quantity':'a few'}]}");
    event(at, "d", "checkout_complete", order("plain", "{'price':100}"));
    load();
    assertThat(rows("SELECT order_id, revenue_minor FROM clickstream_orders ORDER BY order_id"))
        .isEqualTo("(bad,)\n(half,)\n(plain,100)\n(sent,0)");
    assertThat(
            rows(
                """
                SELECT order_id, line AS number, quantity, revenue_minor FROM clickstream_order_lines
                ORDER BY order_id, line"""))
        .isEqualTo("(bad,1,,)\n(half,1,1,100)\n(half,2,3,)\n(plain,1,1,100)\n(sent,1,,)");
    assertThat(
            rows("SELECT visitor_id, revenue_minor FROM clickstream_sessions ORDER BY visitor_id"))
        .isEqualTo("(c:a,)\n(c:b,)\n(c:c,0)\n(c:d,100)");
  }

  @Test
  void anOrderBelongsToTheUserOfItsOwnEvent() throws Exception {
    event("2026-11-02T10:00:00Z", "a", "login_success", ",'userId':'an'");
    event(
        "2026-11-02T10:01:00Z",
        "a",
        "checkout_complete",
        ",'userId':'an','order':{'id':'o1','value':1}");
    event("2026-11-02T10:02:00Z", "a", "checkout_complete", ",'order':{'id':'o2','value':2}");
    event("2026-11-02T10:03:00Z", "a", "login_success", ",'userId':'binh'");
    load();
    assertThat(rows("SELECT order_id, user_id FROM clickstream_orders ORDER BY order_id"))
        .isEqualTo("(o1,an)\n(o2,)");
    assertThat(rows("SELECT customer, orders FROM v_rfm ORDER BY customer"))
        .isEqualTo("(c:a,1)\n(u:an,1)");
  }

  @Test
  void anEventOfABackEndNeitherMakesABotNorAPageView() throws Exception {
    String browser = ",'pageUrl':'https://s.example/p'";
    event("2026-11-02T10:00:00Z", "a", "product_view", browser);
    from("Java/17.0.9", "2026-11-02T10:01:00Z", "a", "page_view", "");
    from(
        "Java/17.0.9",
        "2026-11-02T10:02:00Z",
        "a",
        "checkout_complete",
        ",'order':{'id':'o','value':9}");
    load();
    assertThat(
            rows(
                "SELECT is_bot, device_category, page_view_count, order_count"
                    + " FROM clickstream_sessions"))
        .isEqualTo("(f,,1,1)");
    assertThat(rows("SELECT events, page_views, orders, bot_events FROM traffic_daily"))
        .isEqualTo("(3,1,1,0)");
  }

  @Test
  void theShownPagesOfAPathAreThoseThatABrowserSent() throws Exception {
    event("2026-11-02T10:00:00Z", "a", "home_view");
    from("Java/17.0.9", "2026-11-02T10:01:00Z", "a", "category_view", "");
    event("2026-11-02T10:02:00Z", "a", "home_view");
    from("Java/17.0.9", "2026-11-02T10:03:00Z", "a", "checkout_start", "");
    event("2026-11-02T10:04:00Z", "a", "view_item");
    from("Java/17.0.9", "2026-11-02T10:05:00Z", "a", "view_item", "");
    from("Java/17.0.9", "2026-11-02T10:06:00Z", "b", "page_view", "");
    load();
    assertThat(rows("SELECT visitor_id, server_views FROM session_steps ORDER BY visitor_id"))
        .isEqualTo("(c:a,\"{2,6}\")\n(c:b,{1})");
    assertThat(
            rows(
                "SELECT visitor_id, kind, steps FROM session_paths"
                    + " JOIN clickstream_sessions USING (session_key) ORDER BY visitor_id, kind"))
        .isEqualTo(
            """
            (c:a,event,"{home_view,category_view,home_view,checkout_start,product_view}")
            (c:a,page,"{home_view,product_view}")
            (c:b,event,{page_view})""");
    assertThat(rows("SELECT visitor_id, page_view_count FROM clickstream_sessions ORDER BY 1"))
        .isEqualTo("(c:a,3)\n(c:b,0)");
  }

  /** A time of reception decades ahead would make that day "today" of every dashboard. */
  @Test
  void aTimeAfterTheHourOfItsKeyDoesNotMoveToday() throws Exception {
    event("2026-11-02T10:00:00Z", "a", "page_view");
    late("2026-11-02T10", "2026-11-03T11:00:00Z", "b");
    load("UTC");
    String today = "SELECT day FROM v_today";
    assertThat(rows(today)).isEqualTo("(2026-11-03)");
    for (String time : List.of("2026-11-03T11:00:00.000001Z", "2099-12-31T23:59:59Z")) {
      late("2026-11-02T10", time, "c");
    }
    load("UTC");
    assertThat(rows(today)).isEqualTo("(2026-11-03)");
    assertThat(
            rows(
                "SELECT event_timestamp AT TIME ZONE 'UTC' FROM clickstream_events"
                    + " WHERE client_id = 'c' ORDER BY 1"))
        .isEqualTo("(\"2026-11-02 10:59:59\")\n(\"2026-11-02 10:59:59\")");
    assertThat(rows("SELECT sum((coerced_fields ->> '_ingest.receivedAt')::INT) FROM etl_runs"))
        .isEqualTo("(2)");
  }

  /** Stores an event under an hour that its time of reception does not have. */
  private void late(String hour, String receivedAt, String client) {
    RawKey key = RawFolder.key(hour, RawKey.Kind.EVENT, ++events);
    new RawFolder(raw)
        .write(
            key.relative(),
            "{'eventName':'page_view','clientId':'%s','_ingest':{'receivedAt':'%s'}}"
                .formatted(client, receivedAt)
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8),
            key.hour().plusSeconds(3_599));
  }

  /** Times by the server's clock turn the two events around; the tab's own clock does not. */
  @Test
  void eventsOfATabKeepTheClientsOrder() throws Exception {
    String view = ",'sessionId':'t','clientTimestamp':'2026-11-02T10:00:00Z'";
    String add = ",'sessionId':'t','clientTimestamp':'2026-11-02T10:00:10Z'";
    event("2026-11-02T10:00:40Z", "a", "product_view", view);
    event("2026-11-02T10:00:25Z", "a", "add_to_cart_click", add);
    event("2026-11-02T10:00:30Z", "a", "checkout_start", ",'sessionId':'other'");
    load();
    assertThat(rows("SELECT event_names FROM session_steps"))
        .isEqualTo("(\"{product_view,add_to_cart_click,checkout_start}\")");
    assertThat(rows("SELECT cardinality(step_at) FROM session_funnels WHERE funnel = 'purchase'"))
        .isEqualTo("(3)");
    assertThat(
            rows(
                """
                SELECT event_index_in_session, event_name, ordered_at AT TIME ZONE 'UTC'
                FROM v_events_numbered ORDER BY event_index_in_session"""))
        .isEqualTo(
            """
            (1,product_view,"2026-11-02 10:00:25")
            (2,add_to_cart_click,"2026-11-02 10:00:25")
            (3,checkout_start,"2026-11-02 10:00:30")""");
    assertThat(rows("SELECT first_event_name, last_event_name FROM clickstream_sessions"))
        .isEqualTo("(add_to_cart_click,product_view)");
  }

  /** Each visitor puts into the cart, by the server's clock, 5 s before the view. */
  @ParameterizedTest
  @CsvSource({
    "one tab, a, a, a, Mozilla/5.0, true",
    "two tabs, a, a, b, Mozilla/5.0, false",
    "one browser without tabs, a, , , Mozilla/5.0, true",
    "a user without a browser, , , , Mozilla/5.0, false",
    "a tab and none, a, a, , Mozilla/5.0, false",
    "a back end, a, a, a, Java/17.0.9, false",
  })
  void eventsOfOneTabKeepTheClientsOrderAndOthersThatOfTheirTime(
      String description,
      String client,
      String tabOfView,
      String tabOfAdd,
      String userAgent,
      boolean keepsClientsOrder)
      throws Exception {
    turnedPair("2026-11-02T10:00:10Z", "10:00:00Z", "product_view", client, tabOfView, userAgent);
    turnedPair("2026-11-02T10:00:05Z", "10:00:03Z", "add_to_cart", client, tabOfAdd, userAgent);
    load();
    assertThat(rows("SELECT event_names FROM session_steps"))
        .as(description)
        .isEqualTo(
            keepsClientsOrder
                ? "(\"{product_view,add_to_cart_click}\")"
                : "(\"{add_to_cart_click,product_view}\")");
  }

  private void turnedPair(
      String received, String clientTime, String name, String client, String tab, String userAgent)
      throws IOException {
    String ids =
        "%s,'userId':'u1','clientTimestamp':'2026-11-02T%s'"
            .formatted(tab == null ? "" : ",'sessionId':'" + tab + "'", clientTime);
    // "none" is a placeholder for no client.
    from(userAgent, received, client == null ? "none" : client, name, ids);
  }

  @Test
  void eventsCountByTheirCanonicalName() throws Exception {
    String tea = ",'product':{'id':'p1'}";
    event("2026-11-02T10:00:00Z", "a", "view_item", tea);
    event("2026-11-02T10:01:00Z", "a", "add_to_cart", tea);
    event("2026-11-02T10:02:00Z", "a", "begin_checkout");
    event("2026-11-02T10:03:00Z", "a", "purchase", ",'order':{'id':'o','value':9}");
    load();
    assertThat(rows("SELECT cardinality(step_at) FROM session_funnels WHERE funnel = 'purchase'"))
        .isEqualTo("(4)");
    assertThat(rows("SELECT order_id, revenue_minor FROM clickstream_orders")).isEqualTo("(o,9)");
    assertThat(rows("SELECT views, cart_adds FROM session_products")).isEqualTo("(1,1)");
    assertThat(rows("SELECT page_views, orders FROM traffic_daily")).isEqualTo("(1,1)");
    assertThat(rows("SELECT event_name FROM event_hourly ORDER BY event_name"))
        .isEqualTo("(add_to_cart_click)\n(checkout_complete)\n(checkout_start)\n(product_view)");
    assertThat(rows("SELECT event_name FROM clickstream_events ORDER BY occurred_at LIMIT 1"))
        .isEqualTo("(view_item)");
  }

  @Test
  void wishListEventsAndSharesAreEngagement() throws Exception {
    String tea = ",'product':{'id':'p1','name':'Tea'}";
    event("2026-11-05T10:00:00Z", "a", "wishlist_toggle", tea);
    event("2026-11-05T10:01:00Z", "a", "wishlist_toggle", tea);
    event("2026-11-05T10:02:00Z", "a", "share_click", tea);
    load();
    assertThat(rows("SELECT product_id, views, wishlist_toggles, shares FROM session_products"))
        .isEqualTo("(p1,0,2,1)");
    assertThat(
            rows(
                """
                SELECT value, label, views, wishlist_toggles, shares FROM engagement_daily
                WHERE dimension = 'product'"""))
        .isEqualTo("(p1,Tea,0,2,1)");
  }

  /** The first load decides; the second one continues the stored session. */
  @Test
  void aContinuedSessionKeepsItsTouch() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "page_view", ",'pageUrl':'https://s.example/?utm_source=x'");
    event("2026-11-05T10:00:00Z", "b", "page_view", ",'pageUrl':'https://s.example/'");
    load();
    String other = ",'pageUrl':'https://s.example/?utm_source=y&utm_medium=cpc'";
    event("2026-11-05T10:05:00Z", "a", "page_view", other);
    event("2026-11-05T10:05:00Z", "b", "page_view", other);
    load();
    assertThat(
            rows(
                """
                SELECT visitor_id, utm_source, utm_medium, source, medium FROM clickstream_sessions
                ORDER BY visitor_id"""))
        .isEqualTo("(c:a,x,,x,\"(not set)\")\n(c:b,y,cpc,y,cpc)");
  }

  @Test
  void touchesShareAnOrderAndDirectGetsNothingBesideOthers() throws Exception {
    event("2026-08-01T10:00:00Z", "a", "page_view", ",'pageUrl':'https://s.example/?utm_source=x'");
    event("2026-11-01T10:00:00Z", "a", "page_view", ",'pageUrl':'https://s.example/?gclid=1'");
    event("2026-11-02T10:00:00Z", "a", "page_view", ",'referrer':'https://www.facebook.com/'");
    event("2026-11-03T10:00:00Z", "a", "page_view");
    event("2026-11-03T10:01:00Z", "a", "checkout_complete", ",'order':{'id':'o','value':101}");
    load();
    assertThat(
            rows(
                """
                SELECT touch, touches, channel, first_minor, last_minor, linear_minor
                FROM order_touches ORDER BY touch"""))
        .isEqualTo("(1,2,\"Paid Search\",101,0,51)\n(2,2,\"Organic Social\",0,101,50)");
    assertThat(
            rows(
                """
                SELECT channel, channel_last_non_direct, is_new_visitor FROM session_acquisition
                ORDER BY started_at"""))
        .isEqualTo(
            "(Unassigned,Unassigned,t)\n(\"Paid Search\",\"Paid Search\",f)\n"
                + "(\"Organic Social\",\"Organic Social\",f)\n(Direct,\"Organic Social\",f)");
  }

  @Test
  void directAloneGetsTheCredit() throws Exception {
    event("2026-11-03T10:01:00Z", "a", "checkout_complete", ",'order':{'id':'o','value':9}");
    load();
    assertThat(rows("SELECT channel, linear_minor FROM order_touches")).isEqualTo("(Direct,9)");
  }

  @Test
  void retentionCountsWeeksThatAreOver() throws Exception {
    event("2026-11-02T10:00:00Z", "a", "page_view"); // Monday
    event("2026-11-03T10:00:00Z", "b", "page_view");
    event("2026-11-10T10:00:00Z", "a", "page_view");
    event("2026-11-16T10:00:00Z", "c", "page_view"); // Monday, the last day loaded
    load();
    assertThat(
            rows(
                """
                SELECT cohort_week, week_number, visitors, share FROM v_retention_weekly
                ORDER BY cohort_week, week_number"""))
        .isEqualTo(
            "(2026-11-02,0,2,1)\n(2026-11-02,1,1,0.500000)\n(2026-11-02,2,,)\n(2026-11-16,0,,1)");
  }

  @Test
  void anEarlierSessionTakesTheNewVisitorFromTheLaterDay() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "page_view");
    load();
    assertThat(rows("SELECT day, new_visitors FROM traffic_daily")).isEqualTo("(2026-11-05,1)");
    event("2026-11-01T10:00:00Z", "a", "page_view");
    load();
    assertThat(rows("SELECT day, new_visitors, visitors FROM traffic_daily ORDER BY day"))
        .isEqualTo("(2026-11-01,1,1)\n(2026-11-05,0,1)");
  }

  @Test
  void pathsCollapseRepeats() throws Exception {
    for (String name : new String[] {"home_view", "click", "home_view", "product_view", "click"}) {
      event("2026-11-05T10:0" + events + ":00Z", "a", name);
    }
    load();
    assertThat(rows("SELECT kind, steps FROM session_paths ORDER BY kind"))
        .isEqualTo(
            "(event,\"{home_view,click,home_view,product_view,click}\")\n"
                + "(page,\"{home_view,product_view}\")");
    assertThat(
            rows(
                """
                SELECT from_step, to_step, transitions FROM transition_daily WHERE kind = 'event'
                ORDER BY from_step, to_step"""))
        .isEqualTo(
            "(click,home_view,1)\n(home_view,click,1)\n(home_view,product_view,1)\n"
                + "(product_view,click,1)");
  }

  @Test
  void pagesAreThePageViewsOfASessionWithTheirPlaces() throws Exception {
    String cart = ",'pageUrl':'https://s.example/cart?x=1'";
    event("2026-11-05T10:00:00Z", "a", "home_view", ",'pageUrl':'https://s.example/'");
    event("2026-11-05T10:01:00Z", "a", "click", cart);
    event("2026-11-05T10:02:00Z", "a", "page_view", cart);
    event("2026-11-05T10:03:00Z", "a", "page_view", ",'pageUrl':'https://s.example/'");
    event("2026-11-05T10:04:00Z", "a", "page_view", "");
    event("2026-11-05T10:05:00Z", "a", "checkout_complete", cart);
    load();
    assertThat(
            rows(
                """
                SELECT page_path, views, first_place, places, is_converted FROM session_pages
                ORDER BY page_path"""))
        .isEqualTo("(/,2,1,\"{1,4}\",t)\n(/cart,1,3,,t)");
  }

  @Test
  void propertiesAreTheFrequentKeysAndValuesOfAnHour() throws Exception {
    for (int value = 0; value < 22; value++) {
      event("2026-11-05T10:00:00Z", "v" + value, "click", ",'plan':'p" + value + "'");
    }
    event("2026-11-05T10:01:00Z", "a", "click", ",'plan':'p21','deep':{'a':[1]}");
    event("2026-11-05T11:00:00Z", "a", "click", ",'plan':null");
    load();
    assertThat(
            rows(
                """
                SELECT extract(HOUR FROM hour AT TIME ZONE 'UTC') AS hour, key, count(value),
                  max(events) FILTER (WHERE value IS NULL) AS events,
                  max(events) FILTER (WHERE value = 'p21') AS frequent
                FROM property_hourly WHERE key IN ('plan', 'deep') GROUP BY 1, 2 ORDER BY 1, 2"""))
        .isEqualTo("(10,deep,1,1,)\n(10,plan,20,23,2)\n(11,plan,1,1,)");
    assertThat(rows("SELECT value FROM property_hourly WHERE key = 'deep' AND value IS NOT NULL"))
        .isEqualTo("(\"{\"\"a\"\": [1]}\")");
  }

  @Test
  void engagementCountsVisitorsSessionsAndTimes() throws Exception {
    String tea = ",'product':{'id':'p1','name':'Tea','category':'Drinks','brandName':'B'}";
    String cup = ",'product':{'id':'p2','name':'Cup','category':'Drinks'}";
    event("2026-11-05T10:00:00Z", "a", "product_view", tea);
    event("2026-11-05T10:01:00Z", "a", "product_view", tea);
    event("2026-11-05T10:02:00Z", "a", "product_view", cup);
    event("2026-11-05T10:03:00Z", "a", "add_to_cart_click", cup);
    event("2026-11-05T10:04:00Z", "a", "remove_from_cart_click", cup);
    event("2026-11-05T12:00:00Z", "a", "product_view", tea);
    event("2026-11-05T12:00:00Z", "b", "add_to_cart_click", tea);
    load();
    assertThat(
            rows(
                """
                SELECT dimension, value, label, views, view_sessions, unique_visitors, cart_adds,
                  cart_removes, cart_sessions
                FROM engagement_daily ORDER BY dimension, value"""))
        .isEqualTo(
            """
            (brand,"",,1,1,1,1,1,1)
            (brand,B,,3,2,1,1,0,1)
            (category,Drinks,,4,2,1,2,1,2)
            (product,p1,Tea,3,2,1,1,0,1)
            (product,p2,Cup,1,1,1,1,1,1)""");
  }

  @Test
  void entriesBouncesAndExitsAreCountedByPage() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "page_view", ",'pageUrl':'https://s/in?x=1'");
    event("2026-11-05T10:01:00Z", "a", "page_view", ",'pageUrl':'https://s/out'");
    event("2026-11-05T10:00:00Z", "b", "page_view", ",'pageUrl':'https://s/in'");
    load();
    assertThat(rows("SELECT page_path, entries, bounces, exits FROM page_daily ORDER BY page_path"))
        .isEqualTo("(/in,2,1,1)\n(/out,0,0,1)");
  }

  @Test
  void acquisitionIsBySourceMediumAndCampaign() throws Exception {
    String spring = ",'pageUrl':'https://s/?utm_source=news&utm_medium=email&utm_campaign=spring'";
    event("2026-11-05T10:00:00Z", "a", "page_view", spring);
    event("2026-11-05T12:00:00Z", "a", "page_view", spring);
    event("2026-11-05T12:00:10.000001Z", "a", "click");
    event("2026-11-05T10:00:00Z", "b", "page_view", ",'referrer':'https://www.bing.com/'");
    event("2026-11-05T10:00:00Z", "c", "page_view", ",'referrer':'https://blog.example/x'");
    load();
    assertThat(
            rows(
                """
                SELECT channel, source, medium, campaign, sessions, visitors, new_visitors,
                  engaged_sessions, converted_sessions
                FROM acquisition_daily ORDER BY channel"""))
        .isEqualTo(
            """
            (Email,news,email,spring,2,1,1,1,0)
            ("Organic Search",bing.com,organic,"",1,1,1,0,0)
            (Referral,blog.example,referral,"",1,1,1,0,0)""");
  }

  @Test
  void qualityCountsMissingFieldsAndLateEvents() throws Exception {
    // On time; queued for two seconds; a clock that is two minutes fast; not a time at all.
    event(
        "2026-11-05T10:00:30.500Z",
        "a",
        "product_view",
        ",'clientTimestamp':'2026-11-05T10:00:30Z','sentAt':'2026-11-05T10:00:30Z'");
    event(
        "2026-11-05T10:01:30Z",
        "a",
        "page_view",
        ",'pageUrl':'https://s/','clientTimestamp':'2026-11-05T10:01:28Z','sentAt':'2026-11-05T10:01:30Z'");
    event(
        "2026-11-05T10:02:30Z",
        "a",
        "page_view",
        ",'clientTimestamp':'2026-11-05T10:04:30.001Z','sentAt':'2026-11-05T10:04:30.001Z'");
    event("2026-11-05T10:03:00Z", "a", "page_view", ",'sentAt':'2026-02-30T10:00:00Z'");
    event("2026-11-05T10:04:00Z", "a", "checkout_complete");
    load();
    assertThat(
            rows(
                """
                SELECT hour AT TIME ZONE 'UTC', events, without_client_id, without_session_id,
                  without_page_url, unknown_names, product_events, without_product_id,
                  orders_without_value, queued_events, median_lag_ms, p95_lag_ms, skewed_clocks
                FROM quality_hourly"""))
        .isEqualTo("(\"2026-11-05 10:00:00\",5,0,5,4,0,1,1,1,1,0,2000,1)");
  }

  @Test
  void queriesOfOtherToolsFindTheirColumns() throws Exception {
    event("2026-11-05T18:00:00.000001Z", "a", "product_view", ",'product':{'id':'p','price':9}");
    event("2026-11-05T18:01:00Z", "a", "checkout_complete", ",'order':{'id':'o','value':7}");
    event(
        "2026-11-05T20:00:00Z",
        "a",
        "home_view",
        ",'pageUrl':'https://s/x?utm_source=news','referrer':'https://t.co/'");
    load();
    assertThat(
            rows(
                """
                SELECT event_date, event_timestamp, event_name, user_pseudo_id, item_id, price_minor,
                  transaction_id, value_minor
                FROM v_ga4_events ORDER BY event_timestamp"""))
        .isEqualTo(
            """
            (20261106,1793901600000001,view_item,a,p,9,,)
            (20261106,1793901660000000,purchase,a,,,o,7)
            (20261106,1793908800000000,page_view,a,,,,)""");
    assertThat(
            rows(
                """
                SELECT domain_userid, domain_sessionidx, absolute_time_in_s, page_views, total_events,
                  is_engaged, first_page_urlpath, refr_urlhost, mkt_source, is_converted,
                  session_identifier = domain_sessionid AS same, device_session_index, first_event_name
                FROM v_snowplow_sessions ORDER BY start_tstamp"""))
        .isEqualTo(
            "(a,1,59,1,2,t,,,,t,t,1,product_view)\n(a,2,0,1,1,f,/x,t.co,news,f,t,2,home_view)");
  }

  @Test
  void rulesThatWereChangedNeedARebuild() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "page_view", ",'pageUrl':'https://s/?utm_medium=leaflet'");
    load();
    execute("INSERT INTO channel_rules VALUES (5, 'Leaflets', NULL, NULL, '^leaflet$', NULL)");
    assertThatThrownBy(this::load)
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageContaining("Run --rebuild first");
    etl("--rebuild");
    assertThat(rows("SELECT channel FROM acquisition_daily")).isEqualTo("(Leaflets)");
    load();
    // Without a rule for them, those that come by themselves still have a source.
    execute("DELETE FROM channel_rules WHERE channel = 'Direct'");
    event("2026-11-06T10:00:00Z", "a", "page_view");
    etl("--rebuild");
    load();
    assertThat(
            rows("SELECT channel, source, medium FROM acquisition_daily ORDER BY day DESC LIMIT 1"))
        .isEqualTo("(Unassigned,\"(direct)\",\"(none)\")");
  }

  @Test
  void aWrongMartIsFoundAndARebuildCorrectsIt() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "product_view", ",'product':{'id':'p'}");
    load();
    Map<String, String> before = dump(warehouse);
    execute("UPDATE engagement_daily SET views = 2 WHERE dimension = 'product'");
    assertThat(Checks.run(new Warehouse(warehouse, PostgresServer.USER, null, null), found -> {}))
        .filteredOn(finding -> !finding.holds())
        .singleElement()
        .asString()
        .contains("marts_match_their_definitions", "mart engagement_daily, missing 1, extra 1");
    etl("--rebuild");
    assertThat(dump(warehouse)).isEqualTo(before);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
