package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests orders, their lines and revenue. */
class OrdersIT extends SmallHistory {

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
}
