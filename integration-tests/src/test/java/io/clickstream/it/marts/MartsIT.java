package io.clickstream.it.marts;

import static io.clickstream.testing.TestWarehouses.dump;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.servers.PostgresServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the other marts: engagement, properties, quality, rules, and views for other tools. */
class MartsIT extends SmallHistory {

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

  private String minutes() throws Exception {
    return rows(
        """
        SELECT minute AT TIME ZONE 'UTC' AS minute, events, bot_events FROM traffic_minutely
        ORDER BY minute""");
  }

  @Test
  void minutesAreThoseOfTheLatest26Hours() throws Exception {
    event("2026-11-04T09:59:59.999999Z", "a", "click");
    event("2026-11-04T10:00:00Z", "a", "click");
    event("2026-11-05T11:00:00Z", "a", "click");
    event("2026-11-05T11:00:59.999999Z", "b", "click");
    event("2026-11-05T11:01:00Z", "b", "click");
    from("Googlebot/2.1", "2026-11-05T11:01:30Z", "robot", "page_view", "");
    load();
    String newest = "(\"2026-11-05 11:00:00\",2,0)\n(\"2026-11-05 11:01:00\",1,1)";
    assertThat(minutes()).isEqualTo("(\"2026-11-04 10:00:00\",1,0)\n" + newest);

    // A later hour pushes the first one out.
    event("2026-11-05T12:30:00Z", "c", "click");
    load();
    assertThat(minutes()).isEqualTo(newest + "\n(\"2026-11-05 12:30:00\",1,0)");

    // A late event of an hour that has gone changes nothing.
    event("2026-11-04T10:30:00Z", "d", "click");
    load();
    assertThat(minutes()).isEqualTo(newest + "\n(\"2026-11-05 12:30:00\",1,0)");
  }

  @Test
  void minutesComeBackIfTheLatestHourGoes() throws Exception {
    event("2026-11-04T10:00:00Z", "a", "click");
    event("2026-11-05T11:00:00Z", "b", "click");
    event("2026-11-05T12:30:00Z", "c", "click");
    load();
    assertThat(minutes()).isEqualTo("(\"2026-11-05 11:00:00\",1,0)\n(\"2026-11-05 12:30:00\",1,0)");
    // The last event in fact came earlier.
    duplicate(3, "2026-11-04T10:02:00Z", "c", "click");
    load();
    assertThat(minutes())
        .isEqualTo(
            """
            ("2026-11-04 10:00:00",1,0)
            ("2026-11-04 10:02:00",1,0)
            ("2026-11-05 11:00:00",1,0)""");
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
}
