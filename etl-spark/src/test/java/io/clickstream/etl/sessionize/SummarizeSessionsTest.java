package io.clickstream.etl.sessionize;

import static io.clickstream.etl.sessionize.SessionEvent.at;
import static io.clickstream.etl.sessionize.SessionEvent.key;
import static io.clickstream.etl.sessionize.SessionEvent.micros;
import static io.clickstream.etl.sessionize.SessionEvent.uuid;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.Columns;
import io.clickstream.testing.TestSpark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SummarizeSessionsTest {

  private static final String TEN = "2026-11-22T10:00:00Z";
  private static final SessionRules RULES =
      new SessionRules(Duration.ofMinutes(30), "Asia/Ho_Chi_Minh", List.of("shop.example"));

  private static List<Row> summarize(SessionRules rules, SessionEvent... events) {
    List<Row> rows = new ArrayList<>(Arrays.stream(events).map(SessionEvent::row).toList());
    Collections.reverse(rows);
    Dataset<Row> input = TestSpark.dataset(rows, Columns.SESSION_INPUT.sparkSchema());
    return Sessionized.of(input, rules).sessions();
  }

  /** Returns the only session of these events. */
  private static Row session(SessionEvent... events) {
    List<Row> sessions = summarize(RULES, events);
    assertThat(sessions).hasSize(1);
    return sessions.get(0);
  }

  private static Object get(Row session, String column) {
    return session.get(Columns.SESSION.indexOf(column));
  }

  /** Returns an event so many microseconds after 10:00. */
  private static SessionEvent after(long micros) {
    return at(micros(TEN) + micros);
  }

  private static SessionEvent order(int minute, String orderId, Long total, String currency) {
    return after(minute * 60_000_000L)
        .named("checkout_complete")
        .with("order_id", orderId)
        .with("order_total_minor", total)
        .with("currency", currency);
  }

  @Test
  void eachEventHasARowWithItsSession() {
    Dataset<Row> input =
        TestSpark.dataset(
            List.of(
                at(TEN).id(1).row(),
                after(60_000_000).id(2).row(),
                after(9_000_000_000L).id(3).row()),
            Columns.SESSION_INPUT.sparkSchema());

    assertThat(Sessionized.of(input, RULES).keys())
        .isEqualTo(
            Map.of(
                uuid(1), key("c:a", uuid(1)),
                uuid(2), key("c:a", uuid(1)),
                uuid(3), key("c:a", uuid(3))));
  }

  @Test
  void eachColumnOfASessionIsComputed() {
    Row session =
        session(
            at(TEN)
                .id(1)
                .named("home_view")
                .with("client_id", "a")
                .with("is_first_visit", true)
                .with("page_url", "https://shop.example/?utm_source=zalo")
                .with("page_path", "/")
                .with("referrer", "https://zalo.me/")
                .with("referrer_host", "zalo.me")
                .with("utm_source", "zalo")
                .with("utm_medium", "cpc")
                .with("utm_campaign", "tet")
                .with("utm_term", "laptop")
                .with("utm_content", "b1")
                .with("click_id", "Z1")
                .with("click_id_type", "zarsrc")
                .with("device_category", "mobile"),
            after(60_000_000)
                .id(2)
                .named("product_view")
                .with("client_id", "a")
                .with("page_url", "https://shop.example/laptop/x")
                .with("page_path", "/laptop/x")
                .with("referrer", "https://shop.example/")
                .with("referrer_host", "shop.example"),
            after(90_000_000).id(3).named("add_to_cart_click").with("user_id", "u1"),
            after(95_000_000).id(4).named("remove_from_cart_click"),
            after(96_000_000).id(5).named("add_to_cart_click"),
            after(120_000_000).id(6).named("checkout_start").with("user_id", "u2"),
            order(3, "DH-1", 25_990_000L, "VND")
                .id(7)
                .with("page_url", "/thanks")
                .with("page_path", "/thanks"),
            after(200_999_999).id(8).named("page_view").with("is_first_visit", false));

    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("session_key", key("c:a", uuid(1)));
    expected.put("visitor_id", "c:a");
    expected.put("client_id", "a");
    expected.put("user_id", "u2");
    expected.put("started_at", micros(TEN));
    expected.put("ended_at", micros(TEN) + 200_999_999);
    expected.put("first_event_id", uuid(1));
    expected.put("last_event_id", uuid(8));
    expected.put("duration_s", 200L);
    expected.put("event_count", 8L);
    expected.put("page_view_count", 3L);
    expected.put("product_view_count", 1L);
    expected.put("add_to_cart_count", 2L);
    expected.put("remove_from_cart_count", 1L);
    expected.put("checkout_start_count", 1L);
    expected.put("checkout_complete_count", 1L);
    expected.put("landing_page_url", "https://shop.example/?utm_source=zalo");
    expected.put("exit_page_url", "/thanks");
    expected.put("referrer", "https://zalo.me/");
    expected.put("is_first_visit", true);
    expected.put("is_engaged", true);
    expected.put("is_bounce", false);
    expected.put("is_converted", true);
    expected.put("is_bot", false);
    expected.put("landing_page_path", "/");
    expected.put("exit_page_path", "/thanks");
    expected.put("first_event_name", "home_view");
    expected.put("last_event_name", "page_view");
    expected.put("referrer_host", "zalo.me");
    expected.put("utm_source", "zalo");
    expected.put("utm_medium", "cpc");
    expected.put("utm_campaign", "tet");
    expected.put("utm_term", "laptop");
    expected.put("utm_content", "b1");
    expected.put("click_id", "Z1");
    expected.put("click_id_type", "zarsrc");
    expected.put("device_category", "mobile");
    expected.put("order_count", 1L);
    expected.put("revenue_minor", 25_990_000L);
    expected.put("currency", "VND");
    expected.put("bot_reason", null);
    Map<String, Object> actual = new LinkedHashMap<>();
    Columns.SESSION.names().forEach(name -> actual.put(name, get(session, name)));
    assertThat(actual).containsExactlyEntriesOf(expected);
  }

  @Test
  void aSessionOfOneMinimalEventHasNullsElsewhere() {
    Row session = session(at(TEN).id(1));
    assertThat(get(session, "duration_s")).isEqualTo(0L);
    assertThat(get(session, "event_count")).isEqualTo(1L);
    assertThat(get(session, "is_bounce")).isEqualTo(true);
    assertThat(get(session, "order_count")).isEqualTo(0L);
    for (String column :
        new String[] {
          "client_id",
          "user_id",
          "landing_page_url",
          "exit_page_url",
          "referrer",
          "is_first_visit",
          "landing_page_path",
          "exit_page_path",
          "referrer_host",
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "utm_term",
          "utm_content",
          "click_id",
          "click_id_type",
          "device_category",
          "revenue_minor",
          "currency"
        }) {
      assertThat(get(session, column)).as(column).isNull();
    }
  }

  @Test
  void aColumnIsTheFirstNonNullValueAndForExitAndUserTheLast() {
    Row session =
        session(
            at(TEN).id(1),
            after(1)
                .id(2)
                .with("page_url", "/a")
                .with("page_path", "/a")
                .with("user_id", "u1")
                .with("is_first_visit", false)
                .with("device_category", "tablet"),
            after(2)
                .id(3)
                .with("page_url", "/b")
                .with("page_path", "/b")
                .with("user_id", "u2")
                .with("client_id", "late")
                .with("is_first_visit", true)
                .with("device_category", "desktop"));
    assertThat(get(session, "landing_page_url")).isEqualTo("/a");
    assertThat(get(session, "landing_page_path")).isEqualTo("/a");
    assertThat(get(session, "exit_page_url")).isEqualTo("/b");
    assertThat(get(session, "exit_page_path")).isEqualTo("/b");
    assertThat(get(session, "user_id")).isEqualTo("u2");
    assertThat(get(session, "client_id")).isEqualTo("late");
    assertThat(get(session, "is_first_visit")).isEqualTo(false);
    assertThat(get(session, "device_category")).isEqualTo("tablet");
  }

  private static SessionEvent from(String referrerHost, SessionEvent event) {
    return event
        .with("referrer", "https://" + referrerHost + "/")
        .with("referrer_host", referrerHost);
  }

  private static List<Object> touch(Row session) {
    return Stream.of("utm_source", "utm_medium", "utm_campaign", "click_id", "referrer_host")
        .map(column -> get(session, column))
        .toList();
  }

  @Test
  void theFirstEntranceWithACampaignIsTheWholeTouch() {
    Row session =
        session(
            from("google.com", at(TEN).id(1)),
            after(1).id(2).with("utm_source", "newsletter"),
            from("facebook.com", after(2).id(3))
                .with("utm_source", "google")
                .with("utm_medium", "cpc")
                .with("utm_campaign", "brand")
                .with("click_id", "G")
                .with("click_id_type", "gclid"));
    assertThat(touch(session)).containsExactly("newsletter", null, null, null, null);
    assertThat(get(session, "referrer")).isNull();
  }

  @Test
  void aClickIdIsACampaign() {
    Row session =
        session(
            at(TEN).id(1),
            from("google.com", after(1).id(2)).with("click_id", "G").with("click_id_type", "gclid"),
            after(2).id(3).with("utm_source", "zalo"));
    assertThat(touch(session)).containsExactly(null, null, null, "G", "google.com");
    assertThat(get(session, "click_id_type")).isEqualTo("gclid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"})
  void eachCampaignParameterMakesATouch(String parameter) {
    Row session = session(at(TEN).id(1), from("blog.example", after(1).id(2)).with(parameter, "x"));
    assertThat(get(session, parameter)).isEqualTo("x");
    assertThat(get(session, "referrer_host")).isEqualTo("blog.example");
  }

  @Test
  void withoutACampaignTheFirstEventIsTheTouch() {
    Row direct = session(at(TEN).id(1), from("acs.vietbank.example", after(1).id(2)));
    assertThat(touch(direct)).containsOnlyNulls();
    assertThat(get(direct, "referrer")).isNull();
    Row referred = session(from("blog.example", at(TEN).id(1)), from("google.com", after(1).id(2)));
    assertThat(touch(referred)).containsExactly(null, null, null, null, "blog.example");
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, false",
    "m.shop.example, false",
    "page.example, false",
    "pay.vnpay.vn, false",
    "accounts.google.com, false",
    "vnpay.shop.vn, true",
    "google.com, true",
  })
  void aCampaignCountsOnEntrancesOnly(String referrerHost, boolean counts) {
    SessionEvent later =
        from(referrerHost, after(1).id(2))
            .with("page_url", "https://page.example/sale")
            .with("utm_source", "banner");
    assertThat(get(session(at(TEN).id(1), later), "utm_source"))
        .isEqualTo(counts ? "banner" : null);
    Row first = session(later);
    assertThat(get(first, "utm_source")).isEqualTo(counts ? "banner" : null);
    assertThat(get(first, "referrer_host")).isEqualTo(counts ? referrerHost : null);
    assertThat(get(first, "referrer")).isEqualTo("https://" + referrerHost + "/");
  }

  @Test
  void anEventOfAServerDecidesNoDeviceAndIsNoPageView() {
    Row session =
        session(
            at(TEN).id(1).named("page_view").with("device_category", "server"),
            after(1).id(2).named("product_view").with("device_category", "mobile"),
            order(1, "A", 100L, "VND").with("device_category", "server"));
    assertThat(get(session, "device_category")).isEqualTo("mobile");
    assertThat(get(session, "page_view_count")).isEqualTo(1L);
    assertThat(get(session, "is_bot")).isEqualTo(false);
    assertThat(get(session, "order_count")).isEqualTo(1L);
    assertThat(get(session(at(TEN).id(1).with("device_category", "server")), "device_category"))
        .isNull();
  }

  @Test
  void anEventOfAServerDecidesNeitherTouchNorPages() {
    SessionEvent reported =
        from("erp.example", at(TEN).id(1))
            .with("utm_source", "erp")
            .with("page_url", "https://shop.example/api")
            .with("page_path", "/api")
            .with("device_category", "server");
    SessionEvent landed =
        from("blog.example", after(1).id(2))
            .with("page_url", "https://shop.example/p")
            .with("page_path", "/p");
    Row session = session(reported, landed);
    assertThat(touch(session)).containsExactly(null, null, null, null, "blog.example");
    assertThat(get(session, "first_event_id")).isEqualTo(SessionEvent.uuid(1));
    for (String page : List.of("landing_page_path", "exit_page_path")) {
      assertThat(get(session, page)).isEqualTo("/p");
    }
    Row ofServer = session(reported);
    assertThat(touch(ofServer)).containsOnlyNulls();
    assertThat(get(ofServer, "referrer")).isNull();
    assertThat(get(ofServer, "landing_page_url")).isNull();
  }

  /** Otherwise continuing such a session would read all of its events. */
  @Test
  void aSessionOverItsBudgetGetsNoFirstTouchAnyMore() {
    List<SessionEvent> events = new ArrayList<>();
    for (int i = 0; i < SessionRules.MAX_EVENTS; i++) {
      events.add(at(TEN).id(1 + i).with("device_category", "server"));
    }
    SessionEvent person = from("blog.example", after(1).id(9_999));
    Row within =
        session(
            Stream.concat(events.stream().skip(1), Stream.of(person)).toArray(SessionEvent[]::new));
    assertThat(get(within, "referrer_host")).isEqualTo("blog.example");
    events.add(person);
    Row over = session(events.toArray(SessionEvent[]::new));
    assertThat(get(over, "referrer")).isNull();
    assertThat(get(over, "bot_reason")).isEqualTo("volume");
  }

  @Test
  void countsAreOfCanonicalNamesAndNamesAreAsSent() {
    Row session =
        session(
            at(TEN).id(1).with("event_name", "view_item").with("canonical_name", "product_view"),
            order(1, "A", 100L, "VND").with("event_name", "purchase"));
    assertThat(get(session, "product_view_count")).isEqualTo(1L);
    assertThat(get(session, "page_view_count")).isEqualTo(1L);
    assertThat(get(session, "checkout_complete_count")).isEqualTo(1L);
    assertThat(get(session, "revenue_minor")).isEqualTo(100L);
    assertThat(get(session, "first_event_name")).isEqualTo("view_item");
    assertThat(get(session, "last_event_name")).isEqualTo("purchase");
  }

  @Test
  void tiesInTimeAreOrderedByEventId() {
    Row session =
        session(at(TEN).id(2).named("b"), at(TEN).id(1).named("a"), at(TEN).id(3).named("c"));
    assertThat(get(session, "first_event_name")).isEqualTo("a");
    assertThat(get(session, "last_event_name")).isEqualTo("c");
    assertThat(get(session, "first_event_id")).isEqualTo(uuid(1));
    assertThat(get(session, "last_event_id")).isEqualTo(uuid(3));
  }

  @ParameterizedTest
  @CsvSource({
    "9999999, 9, false",
    "10000000, 10, false",
    "10000001, 10, true",
    "10999999, 10, true"
  })
  void aSessionOfMoreThanTenSecondsIsEngaged(long micros, long seconds, boolean engaged) {
    Row session = session(at(TEN).id(1), after(micros).id(2));
    assertThat(get(session, "is_engaged")).isEqualTo(engaged);
    assertThat(get(session, "is_bounce")).isEqualTo(!engaged);
    assertThat(get(session, "duration_s")).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"page_view", "home_view", "category_view", "product_view"})
  void aSessionWithTwoPageViewsIsEngaged(String name) {
    assertThat(get(session(at(TEN).id(1).named(name)), "is_engaged")).isEqualTo(false);
    Row two = session(at(TEN).id(1).named(name), after(1).id(2).named("page_view"));
    assertThat(get(two, "page_view_count")).isEqualTo(2L);
    assertThat(get(two, "is_engaged")).isEqualTo(true);
  }

  @Test
  void aSessionWithAConversionIsEngaged() {
    Row session = session(order(0, "A", null, null));
    assertThat(get(session, "is_converted")).isEqualTo(true);
    assertThat(get(session, "is_engaged")).isEqualTo(true);
    assertThat(get(session, "is_bounce")).isEqualTo(false);
  }

  @Test
  void otherEventsRaiseTheEventCountOnly() {
    Row session =
        session(
            at(TEN).id(1).named("click"),
            after(1).id(2).named("wishlist_toggle"),
            after(2).id(3).named("PAGE_VIEW"));
    assertThat(get(session, "event_count")).isEqualTo(3L);
    assertThat(get(session, "page_view_count")).isEqualTo(0L);
    assertThat(get(session, "is_bounce")).isEqualTo(true);
  }

  @Test
  void aSessionWithOneBotEventIsABots() {
    assertThat(
            get(
                session(at(TEN).id(1), after(1).id(2).with("is_bot", true), after(2).id(3)),
                "is_bot"))
        .isEqualTo(true);
  }

  @Test
  void moreThanFiveThousandEventsAreABots() {
    SessionEvent[] events = new SessionEvent[SessionRules.MAX_EVENTS + 1];
    for (int i = 0; i < events.length; i++) {
      events[i] = at(TEN).id(i + 1).with("is_bot", i == 0);
    }
    Row atTheBound = session(Arrays.copyOf(events, SessionRules.MAX_EVENTS));
    assertThat(get(atTheBound, "bot_reason")).isEqualTo("crawler");
    assertThat(get(atTheBound, "order_count")).isEqualTo(0L);
    Row beyond = session(events);
    assertThat(get(beyond, "is_bot")).isEqualTo(true);
    assertThat(get(beyond, "bot_reason")).isEqualTo("volume");
    assertThat(get(beyond, "event_count")).isEqualTo(5_001L);
    assertThat(get(beyond, "order_count")).isNull();
  }

  @Test
  void anOrderIdCountsOnce() {
    Row session =
        session(order(0, "A", 100L, "VND"), order(1, "A", 999L, "VND"), order(2, "B", 50L, "VND"));
    assertThat(get(session, "checkout_complete_count")).isEqualTo(3L);
    assertThat(get(session, "order_count")).isEqualTo(2L);
    assertThat(get(session, "revenue_minor")).isEqualTo(150L);
    assertThat(get(session, "currency")).isEqualTo("VND");
  }

  @Test
  void anOrderWithoutAnIdIsAnOrderOfItsOwn() {
    Row session = session(order(0, null, 100L, "VND"), order(1, null, 100L, "VND"));
    assertThat(get(session, "order_count")).isEqualTo(2L);
    assertThat(get(session, "revenue_minor")).isEqualTo(200L);
  }

  @Test
  void amountsOfSeveralCurrenciesAreNotSummed() {
    Row session = session(order(0, "A", 100L, "VND"), order(1, "B", 50L, "USD"));
    assertThat(get(session, "order_count")).isEqualTo(2L);
    assertThat(get(session, "revenue_minor")).isNull();
    assertThat(get(session, "currency")).isNull();
    Row unknown = session(order(0, "A", 100L, "VND"), order(1, "B", 50L, null));
    assertThat(get(unknown, "revenue_minor")).isNull();
  }

  @Test
  void amountsWithoutACurrencyAreSummed() {
    Row session = session(order(0, "A", 100L, null), order(1, "B", 50L, null));
    assertThat(get(session, "revenue_minor")).isEqualTo(150L);
    assertThat(get(session, "currency")).isNull();
  }

  @Test
  void anOrderOfUnknownValueMakesTheRevenueUnknown() {
    for (Row session :
        List.of(
            session(order(0, "A", null, "VND")),
            session(order(0, "A", null, "VND"), order(1, "B", 50L, "VND")),
            session(order(0, "A", 50L, "VND"), order(1, "B", null, "USD")))) {
      assertThat(get(session, "revenue_minor")).isNull();
      assertThat(get(session, "currency")).isNull();
    }
    Row repeated = session(order(0, "A", 50L, "VND"), order(1, "A", null, "VND"));
    assertThat(get(repeated, "revenue_minor")).isEqualTo(50L);
  }

  @Test
  void revenueThatDoesNotFit64BitsIsNull() {
    Row session =
        session(
            order(0, "A", Long.MAX_VALUE, "VND"),
            order(1, "B", 1L, "VND"),
            order(2, "C", 1L, "VND"));
    assertThat(get(session, "order_count")).isEqualTo(3L);
    assertThat(get(session, "revenue_minor")).isNull();
    assertThat(get(session, "currency")).isNull();
    assertThat(get(session(order(0, "A", Long.MAX_VALUE, "VND")), "revenue_minor"))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void ordersOfOtherEventsDoNotCount() {
    Row session =
        session(
            order(0, "A", 100L, "VND").named("click"),
            order(1, "B", 50L, "VND").named("checkout_start"));
    assertThat(get(session, "order_count")).isEqualTo(0L);
    assertThat(get(session, "is_converted")).isEqualTo(false);
    assertThat(get(session, "revenue_minor")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, ",
    "m.shop.example, ",
    "a.b.shop.example, ",
    "notshop.example, notshop.example",
    "shop.example.evil.test, shop.example.evil.test",
    "google.com, google.com",
  })
  void anOwnHostIsNotAReferrer(String host, String expected) {
    Row session =
        session(
            at(TEN).id(1).with("referrer", "https://" + host + "/").with("referrer_host", host));
    assertThat(get(session, "referrer")).isEqualTo("https://" + host + "/");
    assertThat(get(session, "referrer_host")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://www.other.example:8443/a, other.example, ",
    "https://other.example/a, m.other.example, m.other.example",
    "/a, other.example, other.example",
    ", other.example, other.example",
  })
  void theHostOfThePageIsNotAReferrer(String page, String host, String expected) {
    Row session =
        session(
            at(TEN)
                .id(1)
                .with("page_url", page)
                .with("referrer", "https://" + host + "/")
                .with("referrer_host", host));
    assertThat(get(session, "referrer_host")).isEqualTo(expected);
  }

  @Test
  void eachSessionOfEachVisitorIsOneRow() {
    List<Row> sessions =
        summarize(
            RULES,
            at(TEN).id(1),
            at("2026-11-22T10:30:00Z").id(2),
            at("2026-11-22T11:00:00.000001Z").id(3),
            at(TEN).id(4).visitor("c:b"),
            at("2026-11-22T10:15:00Z").id(5).visitor("c:b"));
    assertThat(sessions)
        .extracting(row -> get(row, "first_event_id") + " " + get(row, "event_count"))
        .containsExactlyInAnyOrder(uuid(1) + " 2", uuid(3) + " 1", uuid(4) + " 2");
  }

  @Test
  void noEventsGiveNoSessions() {
    assertThat(summarize(RULES)).isEmpty();
  }
}
