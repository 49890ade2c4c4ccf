package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests funnels, and the order of the events in a session. */
class FunnelsIT extends SmallHistory {

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
}
