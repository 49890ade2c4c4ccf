package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the pages of a session and their order. */
class PathsIT extends SmallHistory {

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

  @Test
  void pathsCollapseRepeats() throws Exception {
    String[] names = {"home_view", "click", "home_view", "product_view", "click"};
    for (int minute = 0; minute < names.length; minute++) {
      event("2026-11-05T10:0" + minute + ":00Z", "a", names[minute]);
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
        .isEqualTo("(/,2,1,\"{1,4}\",t)\n(/cart,1,3,{3},t)");
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
}
