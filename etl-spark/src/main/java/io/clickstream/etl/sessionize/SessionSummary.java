package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import io.clickstream.event.EventNames;
import io.clickstream.event.NameBasedUuid;
import io.clickstream.event.PageUrl;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;

/**
 * Computes the columns of one session from its events, which are added in order.
 *
 * <p>The session key is the UUIDv5 of {@code v1\n<visitor_id>\n<first event id>}.
 */
final class SessionSummary {

  private static final long ENGAGED_MICROS = TimeUnit.SECONDS.toMicros(10);
  private static final int ENGAGED_PAGE_VIEWS = 2;

  private static final int VISITOR_ID = at("visitor_id");
  private static final int OCCURRED_AT = at("occurred_at");
  private static final int EVENT_ID = at("event_id");
  private static final int EVENT_NAME = at("event_name");
  private static final int CLIENT_ID = at("client_id");
  private static final int USER_ID = at("user_id");
  private static final int IS_FIRST_VISIT = at("is_first_visit");
  private static final int IS_BOT = at("is_bot");
  private static final int PAGE_URL = at("page_url");
  private static final int PAGE_PATH = at("page_path");
  private static final int REFERRER = at("referrer");
  private static final int REFERRER_HOST = at("referrer_host");
  private static final int UTM_SOURCE = at("utm_source");
  private static final int UTM_COLUMNS = 5;
  private static final int CLICK_ID = at("click_id");
  private static final int CLICK_ID_TYPE = at("click_id_type");
  private static final int DEVICE_CATEGORY = at("device_category");
  private static final int ORDER_ID = at("order_id");
  private static final int ORDER_TOTAL_MINOR = at("order_total_minor");
  private static final int CURRENCY = at("currency");
  private static final int CONTINUED_STARTED_AT = at("continued_started_at");
  private static final int CONTINUED_FIRST_EVENT_ID = at("continued_first_event_id");
  private static final int CONTINUED = at("continued");

  /** Position of the first column that {@link Sessionize} appends. */
  private static final int CHAIN_STARTED_AT = Columns.SESSION_INPUT.all().size();

  private static final int CUT = CHAIN_STARTED_AT + 1;

  private final String visitorId;
  private final String firstEventId;
  private final String sessionKey;
  private final long chainStartedAt;
  private final long cut;
  private final SessionRules rules;
  private final Set<String> orders = new HashSet<>();
  private final Set<String> currencies = new HashSet<>();
  private final String[] utm = new String[UTM_COLUMNS];

  private String clientId;
  private String userId;
  private long startedAt;
  private long endedAt;
  private String lastEventId;
  private long eventCount;
  private long pageViews;
  private long productViews;
  private long cartAdds;
  private long cartRemoves;
  private long checkoutStarts;
  private long checkoutCompletes;
  private String landingPageUrl;
  private String exitPageUrl;
  private String landingPagePath;
  private String exitPagePath;
  private String referrer;
  private String referrerHost;
  private Boolean isFirstVisit;
  private boolean isBot;
  private String firstEventName;
  private String lastEventName;
  private String clickId;
  private String clickIdType;
  private String deviceCategory;
  private Long revenue;
  private boolean revenueOverflows;

  /** Creates a session without events; takes its key from the first event that will be added. */
  SessionSummary(Row first, SessionRules rules) {
    this.rules = rules;
    visitorId = first.getString(VISITOR_ID);
    firstEventId = first.getString(first.isNullAt(CONTINUED) ? EVENT_ID : CONTINUED_FIRST_EVENT_ID);
    sessionKey =
        NameBasedUuid.of(NameBasedUuid.SESSION, "v1\n" + visitorId + "\n" + firstEventId)
            .toString();
    chainStartedAt = first.getLong(CHAIN_STARTED_AT);
    cut = first.getLong(CUT);
  }

  private static int at(String column) {
    return Columns.SESSION_INPUT.indexOf(column);
  }

  /** Adds the next event, or a continued session as the first one. */
  void add(Row event) {
    if (event.isNullAt(CONTINUED)) {
      addEvent(event);
    } else {
      continueStored(event, ContinuedSession.parse(event.getString(CONTINUED)));
    }
  }

  private void addEvent(Row event) {
    String eventName = event.getString(EVENT_NAME);
    if (eventCount == 0) {
      startedAt = event.getLong(OCCURRED_AT);
      firstEventName = eventName;
    }
    eventCount++;
    count(eventName);
    addAttributes(event);
    if (eventName.equals(EventNames.CHECKOUT_COMPLETE)) {
      addOrder(
          event.getString(EVENT_ID),
          event.getString(ORDER_ID),
          event.isNullAt(ORDER_TOTAL_MINOR) ? null : event.getLong(ORDER_TOTAL_MINOR),
          event.getString(CURRENCY));
    }
  }

  /** Takes the values of a stored session in place of its events. It is always added first. */
  private void continueStored(Row session, ContinuedSession continued) {
    startedAt = session.getLong(CONTINUED_STARTED_AT);
    firstEventName = continued.text("first_event_name");
    landingPageUrl = continued.text("landing_page_url");
    landingPagePath = continued.text("landing_page_path");
    eventCount = continued.number("event_count");
    pageViews = continued.number("page_view_count");
    productViews = continued.number("product_view_count");
    cartAdds = continued.number("add_to_cart_count");
    cartRemoves = continued.number("remove_from_cart_count");
    checkoutStarts = continued.number("checkout_start_count");
    checkoutCompletes = continued.number("checkout_complete_count");
    addAttributes(session);
    for (ContinuedSession.Order order : continued.orders()) {
      addOrder(order.eventId(), order.orderId(), order.totalMinor(), order.currency());
    }
  }

  private void addAttributes(Row event) {
    endedAt = event.getLong(OCCURRED_AT);
    lastEventId = event.getString(EVENT_ID);
    lastEventName = event.getString(EVENT_NAME);
    clientId = first(clientId, event, CLIENT_ID);
    userId = last(userId, event, USER_ID);
    landingPageUrl = first(landingPageUrl, event, PAGE_URL);
    exitPageUrl = last(exitPageUrl, event, PAGE_URL);
    landingPagePath = first(landingPagePath, event, PAGE_PATH);
    exitPagePath = last(exitPagePath, event, PAGE_PATH);
    if (referrer == null && !event.isNullAt(REFERRER)) {
      referrer = event.getString(REFERRER);
      String host = event.getString(REFERRER_HOST);
      referrerHost = host == null || rules.isOwn(host) || isOfPage(host, event) ? null : host;
    }
    if (isFirstVisit == null && !event.isNullAt(IS_FIRST_VISIT)) {
      isFirstVisit = event.getBoolean(IS_FIRST_VISIT);
    }
    isBot |= event.getBoolean(IS_BOT);
    for (int i = 0; i < UTM_COLUMNS; i++) {
      utm[i] = first(utm[i], event, UTM_SOURCE + i);
    }
    if (clickId == null) {
      clickId = event.getString(CLICK_ID);
      clickIdType = event.getString(CLICK_ID_TYPE);
    }
    deviceCategory = first(deviceCategory, event, DEVICE_CATEGORY);
  }

  private void count(String eventName) {
    if (EventNames.PAGE_VIEWS.contains(eventName)) {
      pageViews++;
    }
    switch (eventName) {
      case EventNames.PRODUCT_VIEW -> productViews++;
      case EventNames.ADD_TO_CART_CLICK -> cartAdds++;
      case EventNames.REMOVE_FROM_CART_CLICK -> cartRemoves++;
      case EventNames.CHECKOUT_START -> checkoutStarts++;
      case EventNames.CHECKOUT_COMPLETE -> checkoutCompletes++;
      default -> {
        // Other names only raise the event count.
      }
    }
  }

  /**
   * Counts each order id once, since a reloaded thank-you page sends its order again. An event
   * without an order id is an order of its own.
   */
  private void addOrder(String eventId, String orderId, Long totalMinor, String currency) {
    String order = orderId == null ? "event " + eventId : "order " + orderId;
    if (!orders.add(order) || totalMinor == null) {
      return;
    }
    currencies.add(currency);
    try {
      revenue = Math.addExact(revenue == null ? 0 : revenue, totalMinor);
    } catch (ArithmeticException e) {
      revenueOverflows = true;
    }
  }

  /** Returns true if the referrer's host is that of the page itself. */
  private static boolean isOfPage(String host, Row event) {
    return !event.isNullAt(PAGE_URL)
        && host.equals(PageUrl.parse(event.getString(PAGE_URL)).host());
  }

  private static String first(String known, Row event, int column) {
    return known != null ? known : event.getString(column);
  }

  private static String last(String known, Row event, int column) {
    return event.isNullAt(column) ? known : event.getString(column);
  }

  /** Returns true if an event belongs to this session. */
  boolean holds(Row event) {
    return cut == event.getLong(CUT)
        && chainStartedAt == event.getLong(CHAIN_STARTED_AT)
        && visitorId.equals(event.getString(VISITOR_ID));
  }

  /** Returns the session key. */
  String key() {
    return sessionKey;
  }

  /** Returns the values of the columns of {@code SESSION}. */
  Object[] values() {
    boolean converted = checkoutCompletes > 0;
    boolean engaged =
        endedAt - startedAt > ENGAGED_MICROS || pageViews >= ENGAGED_PAGE_VIEWS || converted;
    boolean oneCurrency = currencies.size() == 1 && !revenueOverflows;
    return new Object[] {
      sessionKey,
      visitorId,
      clientId,
      userId,
      startedAt,
      endedAt,
      firstEventId,
      lastEventId,
      TimeUnit.MICROSECONDS.toSeconds(endedAt - startedAt),
      eventCount,
      pageViews,
      productViews,
      cartAdds,
      cartRemoves,
      checkoutStarts,
      checkoutCompletes,
      landingPageUrl,
      exitPageUrl,
      referrer,
      isFirstVisit,
      engaged,
      !engaged,
      converted,
      isBot,
      sessionDate(),
      landingPagePath,
      exitPagePath,
      firstEventName,
      lastEventName,
      referrerHost,
      utm[0],
      utm[1],
      utm[2],
      utm[3],
      utm[4],
      clickId,
      clickIdType,
      deviceCategory,
      (long) orders.size(),
      oneCurrency ? revenue : null,
      oneCurrency ? currencies.iterator().next() : null
    };
  }

  private int sessionDate() {
    Instant start =
        Instant.EPOCH.plusSeconds(Math.floorDiv(startedAt, TimeUnit.SECONDS.toMicros(1)));
    return (int) LocalDate.ofInstant(start, rules.reportingZone()).toEpochDay();
  }
}
