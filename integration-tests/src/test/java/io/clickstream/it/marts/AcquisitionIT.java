package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests where sessions come from, who gets the credit for an order, and who comes again. */
class AcquisitionIT extends SmallHistory {

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
}
