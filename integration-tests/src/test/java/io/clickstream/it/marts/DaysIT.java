package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Tests the marts by day to which a load adds a difference. Each load compares all marts with their
 * definitions.
 */
class DaysIT extends SmallHistory {

  private static final String PRODUCTS =
      """
      SELECT day, label, views, view_sessions, unique_visitors FROM engagement_daily
      WHERE dimension = 'product' ORDER BY day""";

  private static String product(String name) {
    return ",'product':{'id':'p','name':'%s'}".formatted(name);
  }

  @Test
  void aVisitorWhoReturnsOnADayCountsOnce() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "product_view", product("Tea"));
    load();
    event("2026-11-05T12:00:00Z", "a", "product_view", product("Tea"));
    load();
    assertThat(rows(PRODUCTS)).isEqualTo("(2026-11-05,Tea,2,2,1)");
    assertThat(rows("SELECT sessions, visitors, new_visitors FROM acquisition_daily"))
        .isEqualTo("(2,1,1)");
    event("2026-11-05T11:00:00Z", "b", "product_view", product("Tea"));
    load();
    assertThat(rows(PRODUCTS)).isEqualTo("(2026-11-05,Tea,3,3,2)");
    assertThat(rows("SELECT sessions, visitors, new_visitors FROM acquisition_daily"))
        .isEqualTo("(3,2,2)");
  }

  @Test
  void aLateFirstSessionMakesTheNextOneAReturn() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "home_view");
    event("2026-11-05T10:00:00Z", "b", "home_view");
    load();
    event("2026-11-03T10:00:00Z", "a", "home_view");
    load();
    assertThat(rows("SELECT day, visitors, new_visitors FROM acquisition_daily ORDER BY day"))
        .isEqualTo("(2026-11-03,1,1)\n(2026-11-05,2,1)");
  }

  @Test
  void theLabelIsTheGreatestThatIsLeft() throws Exception {
    event("2026-11-05T10:00:00Z", "a", "product_view", product("Zen"));
    event("2026-11-05T10:00:00Z", "b", "product_view", product("Mint"));
    load();
    assertThat(rows(PRODUCTS)).isEqualTo("(2026-11-05,Zen,2,2,2)");
    // The last name of a session counts, and so "Zen" is gone.
    event("2026-11-05T10:01:00Z", "a", "product_view", product("Ash"));
    load();
    assertThat(rows(PRODUCTS)).isEqualTo("(2026-11-05,Mint,3,2,2)");
    event("2026-11-05T10:01:00Z", "b", "product_view", product("Oat"));
    load();
    assertThat(rows(PRODUCTS)).isEqualTo("(2026-11-05,Oat,4,2,2)");
  }

  @Test
  void aSessionThatMovesToAnotherDayLeavesNoRow() throws Exception {
    String page = ",'pageUrl':'https://s/x'";
    event("2026-11-05T10:00:00Z", "a", "product_view", page + product("Tea"));
    load();
    duplicate(1, "2026-11-04T10:00:00Z", "a", "home_view");
    load();
    assertThat(rows("SELECT day, path, sessions FROM path_daily WHERE kind = 'event'"))
        .isEqualTo("(2026-11-04,{home_view},1)");
    assertThat(rows(PRODUCTS)).isEmpty();
    assertThat(rows("SELECT * FROM page_daily")).isEmpty();
    assertThat(rows("SELECT day, funnel, step, closed FROM session_funnel_daily"))
        .isEqualTo("(2026-11-04,full,1,1)");
  }

  @Test
  void aPageOfADayHasViewsSessionsAndConversions() throws Exception {
    String x = ",'pageUrl':'https://s/x'";
    event("2026-11-05T10:00:00Z", "a", "home_view", x);
    event("2026-11-05T10:01:00Z", "a", "product_view", x);
    event("2026-11-05T10:02:00Z", "a", "product_view", ",'pageUrl':'https://s/y'");
    load();
    String pages =
        "SELECT page_path, views, sessions, converted, entries, bounces, exits FROM page_daily"
            + " ORDER BY page_path";
    assertThat(rows(pages)).isEqualTo("(/x,2,1,0,1,0,0)\n(/y,1,1,0,0,0,1)");
    event("2026-11-05T10:00:00Z", "b", "home_view", x);
    load();
    assertThat(rows(pages)).isEqualTo("(/x,3,2,0,2,1,1)\n(/y,1,1,0,0,0,1)");
    event("2026-11-05T10:03:00Z", "a", "checkout_complete", ",'order':{'id':'o','value':9}");
    load();
    assertThat(rows(pages)).isEqualTo("(/x,3,2,1,2,1,1)\n(/y,1,1,1,0,0,1)");
  }

  /** Above 1,000 sessions of its days, a load of a third of them computes the whole days. */
  @Test
  void aLoadOfMostSessionsOfADayComputesTheDay() throws Exception {
    for (int visitor = 0; visitor < 1_000; visitor++) {
      event("2026-11-05T10:00:00Z", "v" + visitor, "home_view");
    }
    event("2026-11-05T16:50:00Z", "a", "home_view");
    event("2026-11-05T17:10:00Z", "a", "product_view", product("Tea"));
    load();
    assertThat(rows("SELECT day, sum(sessions) FROM path_daily WHERE kind = 'event' GROUP BY day"))
        .isEqualTo("(2026-11-05,1001)");
    assertThat(
            rows(
                """
                SELECT day, step, closed, opened FROM session_funnel_daily
                WHERE funnel = 'purchase'"""))
        .isEqualTo("(2026-11-05,1,0,1)\n(2026-11-06,1,1,0)");
    // A difference, because it touches one session.
    event("2026-11-05T17:15:00Z", "a", "add_to_cart_click", product("Tea"));
    load();
    assertThat(
            rows(
                """
                SELECT day, step, closed, opened FROM session_funnel_daily
                WHERE funnel = 'purchase' ORDER BY day, step"""))
        .isEqualTo(
            "(2026-11-05,1,0,1)\n(2026-11-05,2,0,1)\n(2026-11-06,1,1,0)\n(2026-11-06,2,1,0)");
  }
}
