package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import io.clickstream.event.EventNames;
import io.clickstream.event.NameBasedUuid;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;

/**
 * Computes the columns of one session from its events, which are added in order.
 *
 * <p>A session over the budget of {@link SessionRules#MAX_EVENTS} events or {@link
 * SessionRules#MAX_ORDERS} distinct orders is a bot's. Its orders are not kept, so that memory does
 * not grow with a session.
 *
 * <p>Events of a back end count, but decide neither touch, pages nor device of the session.
 *
 * <p>The session key is the UUIDv5 of {@code v1\n<visitor_id>\n<first event id>}.
 */
final class SessionSummary {

  private static final long ENGAGED_MICROS = TimeUnit.SECONDS.toMicros(10);
  private static final int ENGAGED_PAGE_VIEWS = 2;

  /** Reasons for a session to be a bot's, as stored. */
  private static final String CRAWLER = "crawler";

  private static final String VOLUME = "volume";

  /** Device of an event that a back end sent. */
  private static final String SERVER = "server";

  private static final int VISITOR_ID = at("visitor_id");
  private static final int OCCURRED_AT = at("occurred_at");
  private static final int EVENT_ID = at("event_id");
  private static final int EVENT_NAME = at("event_name");
  private static final int CANONICAL_NAME = at("canonical_name");
  private static final int CLIENT_ID = at("client_id");
  private static final int USER_ID = at("user_id");
  private static final int IS_FIRST_VISIT = at("is_first_visit");
  private static final int IS_BOT = at("is_bot");
  private static final int PAGE_URL = at("page_url");
  private static final int PAGE_PATH = at("page_path");
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
  private final Entrances entrances;
  private final Set<String> orders = new HashSet<>();
  private final Set<String> currencies = new HashSet<>();

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
  private Touch touch;
  private Boolean isFirstVisit;
  private boolean hasCrawler;
  private boolean isOverBudget;
  private String firstEventName;
  private String lastEventName;
  private String deviceCategory;
  private Long revenue;

  /** True if the value of an order is unknown, or the sum does not fit into a long. */
  private boolean isRevenueUnknown;

  /** Creates a session without events; takes its key from the first event that will be added. */
  SessionSummary(Row first, Entrances entrances) {
    this.entrances = entrances;
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
    if (eventCount > SessionRules.MAX_EVENTS) {
      exceedBudget();
    }
    String canonicalName = event.getString(CANONICAL_NAME);
    boolean isFromServer = SERVER.equals(event.getString(DEVICE_CATEGORY));
    count(canonicalName, isFromServer);
    if (!isFromServer) {
      touch = touch == null ? Touch.ofFirst(event, entrances) : touch.then(event, entrances);
      addVisit(event);
    }
    addAttributes(event);
    if (canonicalName.equals(EventNames.CHECKOUT_COMPLETE)) {
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
    if (VOLUME.equals(continued.text("bot_reason"))) {
      exceedBudget();
    }
    if (continued.flag("has_touch")) {
      touch = Touch.ofStored(session);
    }
    addVisit(session);
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
    if (isFirstVisit == null && !event.isNullAt(IS_FIRST_VISIT)) {
      isFirstVisit = event.getBoolean(IS_FIRST_VISIT);
    }
    hasCrawler |= event.getBoolean(IS_BOT);
  }

  /** Adds what only an event of the visitor's own device says: a back end shows no page. */
  private void addVisit(Row event) {
    landingPageUrl = first(landingPageUrl, event, PAGE_URL);
    exitPageUrl = last(exitPageUrl, event, PAGE_URL);
    landingPagePath = first(landingPagePath, event, PAGE_PATH);
    exitPagePath = last(exitPagePath, event, PAGE_PATH);
    deviceCategory = first(deviceCategory, event, DEVICE_CATEGORY);
  }

  private void count(String canonicalName, boolean isFromServer) {
    if (!isFromServer && EventNames.PAGE_VIEWS.contains(canonicalName)) {
      pageViews++;
    }
    switch (canonicalName) {
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
    if (isOverBudget || !orders.add(order)) {
      return;
    }
    if (orders.size() > SessionRules.MAX_ORDERS) {
      exceedBudget();
    } else if (totalMinor == null) {
      isRevenueUnknown = true;
    } else {
      addRevenue(totalMinor, currency);
    }
  }

  private void exceedBudget() {
    isOverBudget = true;
    // Continuing the session must not search all of its events for a first one of a person.
    touch = touch == null ? Touch.NONE : touch;
    orders.clear();
    currencies.clear();
  }

  private void addRevenue(long totalMinor, String currency) {
    currencies.add(currency);
    try {
      revenue = Math.addExact(revenue == null ? 0 : revenue, totalMinor);
    } catch (ArithmeticException e) {
      isRevenueUnknown = true;
    }
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

  /** Returns why the session is a bot's, or null if it is a person's. */
  private String botReason() {
    if (isOverBudget) {
      return VOLUME;
    }
    return hasCrawler ? CRAWLER : null;
  }

  /** Returns the values of the columns of {@code SESSION}. */
  Object[] values() {
    Touch whole = touch == null ? Touch.NONE : touch;
    boolean converted = checkoutCompletes > 0;
    boolean engaged =
        endedAt - startedAt > ENGAGED_MICROS || pageViews >= ENGAGED_PAGE_VIEWS || converted;
    boolean isSum = currencies.size() == 1 && !isRevenueUnknown;
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
      whole.referrer(),
      isFirstVisit,
      engaged,
      !engaged,
      converted,
      botReason() != null,
      landingPagePath,
      exitPagePath,
      firstEventName,
      lastEventName,
      whole.referrerHost(),
      whole.utm(0),
      whole.utm(1),
      whole.utm(2),
      whole.utm(3),
      whole.utm(4),
      whole.clickId(),
      whole.clickIdType(),
      deviceCategory,
      isOverBudget ? null : (long) orders.size(),
      isSum ? revenue : null,
      isSum ? currencies.iterator().next() : null,
      botReason()
    };
  }
}
