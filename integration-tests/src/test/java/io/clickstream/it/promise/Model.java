package io.clickstream.it.promise;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Computes the rows that the warehouse must hold for a set of raw objects. It implements the rules
 * again, event by event, and shares no code with the job.
 */
final class Model {

  private static final Duration MAX_QUEUE = Duration.ofDays(7);

  /** Minutes are kept of the hours that begin less than this before the latest hour. */
  private static final Duration MINUTES_KEPT = Duration.ofHours(26);

  private static final Set<String> ABSENT =
      Set.of(
          Sent.NO_ID,
          "null",
          "none",
          "nan",
          "0",
          "-1",
          "false",
          "guest",
          "n/a",
          "(not set)",
          "0.0",
          "-0",
          "0e0",
          "infinity");
  private static final Set<String> PAGE_VIEWS =
      Set.of("page_view", "home_view", "category_view", "product_view");
  private static final String ORDER = "checkout_complete";
  private static final Map<String, String> ALIASES =
      Map.of(
          "view_item", "product_view",
          "view_product", "product_view",
          "add_to_cart", "add_to_cart_click",
          "begin_checkout", "checkout_start",
          "purchase", ORDER,
          "View_Item", "product_view",
          "Click", "click");

  /** An event and the record from which it was made. */
  private record Event(
      String id,
      String key,
      Instant timestamp,
      Instant at,
      String visitor,
      String name,
      Sent sent) {

    /** Returns the name that counts and funnels use. */
    String canonicalName() {
      return ALIASES.getOrDefault(name, name);
    }

    boolean isFromServer() {
      return sent.userAgent != null && Histories.SERVERS.contains(sent.userAgent);
    }

    /** Returns the page that the visitor saw, or null. */
    String shownUrl() {
      return isFromServer() ? null : sent.pageUrl;
    }

    boolean isPageView() {
      return PAGE_VIEWS.contains(canonicalName()) && !isFromServer();
    }

    /** Returns the tab whose clock orders the event, or null. A back end has another clock. */
    String tab() {
      if (isFromServer() || sent.clientTimestamp() == null) {
        return null;
      }
      if (usable(sent.sessionId) != null) {
        return "session " + usable(sent.sessionId);
      }
      return usable(sent.clientId) == null ? null : "client " + usable(sent.clientId);
    }

    boolean isBot() {
      return Histories.BOT.equals(sent.userAgent);
    }
  }

  /** Signed records come first. Orders keys by their bytes. */
  private static final Comparator<Event> WINNER_FIRST =
      Comparator.comparing((Event event) -> !Boolean.TRUE.equals(event.sent().signed))
          .thenComparing(Event::timestamp)
          .thenComparing(
              (one, other) ->
                  Arrays.compareUnsigned(
                      one.key().getBytes(StandardCharsets.UTF_8),
                      other.key().getBytes(StandardCharsets.UTF_8)));

  /** Orders ids; lower-case text has the order of the bytes. */
  private static final Comparator<Event> IN_ORDER =
      Comparator.comparing(Event::at).thenComparing(Event::id);

  private final Duration gap;
  private final ZoneId zone;
  private final WarehouseRows rows = new WarehouseRows();
  private final Map<Instant, Hour> hours = new HashMap<>();
  private final Map<Instant, Minute> minutes = new HashMap<>();
  private final Map<String, List<Claim>> claims = new HashMap<>();

  /** An event that claims an order, and whether its session is a bot's. */
  private record Claim(Event event, boolean isBots) {}

  private final Closed closed;

  /** The instant of each order's row, by its id. */
  private final Map<String, Instant> ordered = new HashMap<>();

  private final List<List<Event>> sessions = new ArrayList<>();
  private final Map<String, List<Event>> candidates = new HashMap<>();

  private static final int MAX_EVENTS = 5_000;
  private static final int MAX_ORDERS = 100;
  private static final int MAX_CLAIMS = 1_000;

  /** Signed claims come first, then those received first. */
  private static final Comparator<Claim> CLAIM_ORDER =
      Comparator.comparing((Claim claim) -> !Boolean.TRUE.equals(claim.event().sent().signed))
          .thenComparing(claim -> claim.event().timestamp())
          .thenComparing(claim -> claim.event().id());

  private Model(Closed closed, Duration gap, ZoneId zone) {
    this.closed = closed;
    this.gap = gap;
    this.zone = zone;
  }

  /** Computes the rows of the warehouse for these objects, erasure requests and closed period. */
  static WarehouseRows of(
      Collection<RawObject> objects,
      Collection<Erasing> requests,
      Closed closed,
      Duration gap,
      ZoneId zone) {
    return computed(objects, requests, closed, gap, zone).rows;
  }

  /**
   * Closes the period before an instant. Sessions go that ended more than 48 hours before it,
   * unless they claim an order of the open period; rows of hours and orders stay as they are.
   */
  static Closed close(
      Collection<RawObject> objects,
      Collection<Erasing> requests,
      Closed closed,
      Instant end,
      Duration gap,
      ZoneId zone) {
    Model model = computed(objects, requests, closed, gap, zone);
    Set<String> leftOut = new HashSet<>(closed.leftOut());
    for (List<Event> session : model.sessions) {
      boolean isOld =
          session.get(session.size() - 1).at().isBefore(end.minus(48, ChronoUnit.HOURS));
      if (isOld && session.stream().noneMatch(event -> model.claimsOpenOrder(event, end))) {
        session.forEach(
            event -> model.candidates.get(event.id()).forEach(one -> leftOut.add(one.key())));
      }
    }
    for (RawObject object : objects) {
      for (RawObject.Placed record : object.records()) {
        boolean isRejected = record.sent().broken != null && !isErased(record, requests);
        if (isRejected && record.hour().isBefore(end.truncatedTo(ChronoUnit.HOURS))) {
          leftOut.add(record.key());
        }
      }
    }
    Set<String> orders = new HashSet<>();
    model.ordered.forEach(
        (id, at) -> {
          if (at.isBefore(end)) {
            orders.add(id);
          }
        });
    orders.addAll(closed.orders());
    return new Closed(end, leftOut, orders, model.rows);
  }

  private boolean claimsOpenOrder(Event event, Instant end) {
    return event.canonicalName().equals(ORDER)
        && ordered.containsKey(orderId(event))
        && !ordered.get(orderId(event)).isBefore(end);
  }

  /** Returns the instant at which the event of a record occurred; nothing for a broken record. */
  static Optional<Instant> occurred(RawObject.Placed record) {
    return record.sent().broken == null ? Optional.of(event(record).at()) : Optional.empty();
  }

  private static Model computed(
      Collection<RawObject> objects,
      Collection<Erasing> requests,
      Closed closed,
      Duration gap,
      ZoneId zone) {
    Model model = new Model(closed, gap, zone);
    Map<String, List<Event>> candidates = model.candidates;
    for (RawObject object : objects) {
      for (RawObject.Placed record : object.records()) {
        if (closed.leftOut().contains(record.key())) {
          continue;
        }
        if (isErased(record, requests)) {
          model.rows.erased(record.key());
        } else if (record.sent().broken != null) {
          model.rows.rejected(record.key(), record.sent().broken.reason());
        } else {
          Event event = event(record);
          candidates.computeIfAbsent(event.id(), id -> new ArrayList<>()).add(event);
        }
      }
    }
    Map<String, List<Event>> histories = new HashMap<>();
    for (List<Event> duplicates : candidates.values()) {
      duplicates.sort(WINNER_FIRST);
      Event winner = duplicates.get(0);
      histories.computeIfAbsent(winner.visitor(), visitor -> new ArrayList<>()).add(winner);
      for (Event loser : duplicates.subList(1, duplicates.size())) {
        model.rows.duplicate(loser.key(), loser.id());
      }
    }
    histories.values().forEach(model::addHistory);
    model.addHours();
    model.addOrders();
    closed.addTo(model.rows);
    return model;
  }

  // ── from record to event ─────────────────────────────────────────────────────────────────────

  /** Returns true if a request matches a record. */
  static boolean isErased(RawObject.Placed record, Collection<Erasing> requests) {
    if (record.sent().broken != null) {
      return requests.stream().anyMatch(request -> request.matchesKey(record.key()));
    }
    Erasing.Ids ids = ids(record);
    return requests.stream().anyMatch(request -> request.matches(record.key(), ids));
  }

  /** Returns the ids of a record that is an event. */
  static Erasing.Ids ids(RawObject.Placed record) {
    Event event = event(record);
    return new Erasing.Ids(
        event.id(),
        usable(record.sent().clientId),
        usable(record.sent().userId),
        event.timestamp());
  }

  private static Event event(RawObject.Placed record) {
    Sent sent = record.sent();
    String id = eventId(record);
    Instant latest = Sent.latest(record.hour());
    Instant timestamp =
        firstPresent(
            usable(sent.receivedAt, latest),
            usable(sent.eventTimestamp, latest),
            record.lastModified());
    Instant at = timestamp;
    if (sent.queued != null && sent.queued >= 0 && sent.queued <= MAX_QUEUE.toNanos() / 1_000) {
      at = timestamp.minus(sent.queued, ChronoUnit.MICROS);
    }
    String visitor = "e:" + id;
    if (usable(sent.clientId) != null) {
      visitor = "c:" + usable(sent.clientId);
    } else if (usable(sent.userId) != null) {
      visitor = "u:" + usable(sent.userId);
    } else if (usable(sent.sessionId) != null) {
      visitor = "s:" + usable(sent.sessionId);
    }
    String name = sent.name == null ? "unknown" : sent.name;
    return new Event(id, record.key(), timestamp, at, visitor, name, sent);
  }

  private static String eventId(RawObject.Placed record) {
    String id = usable(record.sent().eventId);
    if (id == null) {
      return NameBased.ofObjectKey(record.key());
    }
    return id.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
        ? id.toLowerCase(Locale.ROOT)
        : NameBased.ofEventId(id);
  }

  private static String usable(String id) {
    return id == null || id.isBlank() || ABSENT.contains(id.strip().toLowerCase(Locale.ROOT))
        ? null
        : id.strip();
  }

  /** Returns null for a time that is later than the object can be. */
  private static Instant usable(Instant time, Instant latest) {
    return time == null || time.isAfter(latest) ? null : time;
  }

  private static Instant firstPresent(Instant... times) {
    return Arrays.stream(times).filter(Objects::nonNull).findFirst().orElseThrow();
  }

  // ── from events to sessions ──────────────────────────────────────────────────────────────────

  private void addHistory(List<Event> history) {
    history.sort(IN_ORDER);
    List<Event> session = new ArrayList<>();
    Instant cut = Instant.MIN;
    for (Event event : history) {
      Instant previous = session.isEmpty() ? null : session.get(session.size() - 1).at();
      if (previous == null || Duration.between(previous, event.at()).compareTo(gap) > 0) {
        endSession(session);
        cut = markAtOrBehind(event.at().plus(6, ChronoUnit.HOURS));
      } else if (!event.at().isBefore(cut)) {
        endSession(session);
        while (!event.at().isBefore(cut)) {
          cut = cut.plus(12, ChronoUnit.HOURS);
        }
      }
      session.add(event);
    }
    endSession(session);
  }

  private static Instant markAtOrBehind(Instant at) {
    ZonedDateTime mark = at.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
    while (mark.toInstant().isBefore(at)) {
      mark = mark.plusHours(12);
    }
    return mark.toInstant();
  }

  private void endSession(List<Event> session) {
    if (session.isEmpty()) {
      return;
    }
    Event first = session.get(0);
    String key = NameBased.ofSession(first.visitor(), first.id());
    boolean isOverBudget = session.size() > MAX_EVENTS || orders(session).known.size() > MAX_ORDERS;
    for (Event event : session) {
      rows.event(
          event.id(),
          event.key(),
          event.timestamp(),
          event.at(),
          event.visitor(),
          event.name(),
          event.canonicalName(),
          event.sent().clientTimestamp(),
          key);
      countEvent(event, isOverBudget);
    }
    addSession(key, session, isOverBudget);
    sessions.add(List.copyOf(session));
    session.clear();
  }

  private static Orders orders(List<Event> session) {
    Orders orders = new Orders();
    session.stream().filter(event -> event.canonicalName().equals(ORDER)).forEach(orders::add);
    return orders;
  }

  private void addSession(String key, List<Event> session, boolean isOverBudget) {
    Event first = session.get(0);
    Event last = session.get(session.size() - 1);
    Duration length = Duration.between(first.at(), last.at());
    long pageViews = session.stream().filter(Event::isPageView).count();
    long completes = count(session, ORDER);
    boolean engaged =
        length.compareTo(Duration.ofSeconds(10)) > 0 || pageViews >= 2 || completes > 0;
    boolean crawls = session.stream().anyMatch(Event::isBot);
    boolean bot = crawls || isOverBudget;
    countSession(first.at(), bot, engaged, completes > 0);
    Orders orders = orders(session);
    if (!bot) {
      rows.steps(key, steps(session));
    }
    session.stream()
        .filter(event -> event.canonicalName().equals(ORDER))
        .forEach(event -> claim(event, bot));
    Touch touch = Touch.of(session);
    rows.session(
        key,
        first.visitor(),
        firstOf(session, event -> usable(event.sent().clientId)),
        lastOf(session, event -> usable(event.sent().userId)),
        first.at(),
        last.at(),
        first.id(),
        last.id(),
        length.toSeconds(),
        (long) session.size(),
        pageViews,
        count(session, "product_view"),
        count(session, "add_to_cart_click"),
        count(session, "remove_from_cart_click"),
        count(session, "checkout_start"),
        completes,
        firstOf(session, Event::shownUrl),
        lastOf(session, Event::shownUrl),
        firstOf(session, event -> path(event.shownUrl())),
        lastOf(session, event -> path(event.shownUrl())),
        touch.referrer(),
        touch.referrerHost(),
        touch.parameter("utm_source"),
        touch.parameter("utm_medium"),
        touch.parameter("utm_campaign"),
        touch.clickId(),
        touch.clickIdType(),
        firstOf(session, event -> event.sent().firstVisit),
        engaged,
        !engaged,
        completes > 0,
        bot,
        firstOf(session, event -> event.isFromServer() ? null : device(event.sent().userAgent)),
        first.at().atZone(zone).toLocalDate(),
        first.name(),
        last.name(),
        isOverBudget ? null : (long) orders.known.size(),
        isOverBudget ? null : orders.revenue(),
        isOverBudget ? null : orders.currency(),
        isOverBudget ? "volume" : crawls ? "crawler" : null);
  }

  private static long count(List<Event> session, String name) {
    return session.stream().filter(event -> event.canonicalName().equals(name)).count();
  }

  private static <T> T firstOf(List<Event> session, Function<Event, T> value) {
    return session.stream().map(value).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static <T> T lastOf(List<Event> session, Function<Event, T> value) {
    return session.stream().map(value).filter(Objects::nonNull).reduce((a, b) -> b).orElse(null);
  }

  private static String path(String url) {
    return url == null ? null : url.replace("https://shop.example", "").replaceFirst("\\?.*", "");
  }

  private static String device(String userAgent) {
    if (userAgent == null) {
      return null;
    }
    return switch (userAgent) {
      case Histories.BOT -> "bot";
      case Histories.PHONE -> "mobile";
      default -> "desktop";
    };
  }

  // ── order of events ──────────────────────────────────────────────────────────────────────────

  /** Returns the canonical names of a session's events, those of one tab in the client's order. */
  private static String steps(List<Event> session) {
    return session.stream()
        .sorted(
            Comparator.comparing((Event event) -> orderedAt(event, session))
                .thenComparing(event -> firstPresent(event.sent().clientTimestamp(), event.at()))
                .thenComparing(Event::id))
        .map(Event::canonicalName)
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Returns the earliest time of the event and of those that its tab saw after it. */
  private static Instant orderedAt(Event event, List<Event> session) {
    return session.stream()
        .filter(other -> other == event || isOfOneTab(event, other) && isSeenBefore(event, other))
        .map(Event::at)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static boolean isOfOneTab(Event one, Event other) {
    return one.tab() != null && one.tab().equals(other.tab());
  }

  private static boolean isSeenBefore(Event one, Event other) {
    int order = one.sent().clientTimestamp().compareTo(other.sent().clientTimestamp());
    return order < 0 || order == 0 && one.id().compareTo(other.id()) < 0;
  }

  // ── acquisition ──────────────────────────────────────────────────────────────────────────────

  /**
   * What brought a session to the shop.
   *
   * @param event the first entrance with a campaign, else the first event, of those that no back
   *     end sent; null without one
   * @param counts false if the session began inside the shop, so that its link says nothing
   */
  private record Touch(Event event, boolean counts) {

    private static final List<String> CLICK_IDS = List.of("gclid", "fbclid");

    static Touch of(List<Event> session) {
      List<Event> ofPerson = session.stream().filter(event -> !event.isFromServer()).toList();
      if (ofPerson.isEmpty()) {
        return new Touch(null, false);
      }
      return ofPerson.stream()
          .filter(event -> isEntrance(event) && new Touch(event, true).isCampaign())
          .findFirst()
          .map(event -> new Touch(event, true))
          .orElseGet(() -> new Touch(ofPerson.get(0), isEntrance(ofPerson.get(0))));
    }

    private static boolean isEntrance(Event event) {
      String referrer = event.sent().referrer;
      if (referrer == null) {
        return true;
      }
      boolean isOfPage = event.sent().pageUrl != null && host(referrer).equals("shop.example");
      boolean isOnTheWay =
          Histories.INSIDE.contains(referrer) && !host(referrer).equals("shop.example");
      return !isOfPage && !isOnTheWay;
    }

    private static String host(String url) {
      return url.replaceFirst("https://(www\\.)?", "").replaceFirst("/.*", "");
    }

    private boolean isCampaign() {
      String url = event.sent().pageUrl;
      return url != null && url.contains("?");
    }

    String referrer() {
      return event == null ? null : event.sent().referrer;
    }

    String referrerHost() {
      return counts && referrer() != null ? host(referrer()) : null;
    }

    String parameter(String name) {
      String url = counts ? event.sent().pageUrl : null;
      if (url == null) {
        return null;
      }
      for (String pair : url.replaceFirst("[^?]*\\??", "").split("&")) {
        if (pair.startsWith(name + "=")) {
          return pair.substring(name.length() + 1);
        }
      }
      return null;
    }

    String clickIdType() {
      return CLICK_IDS.stream().filter(name -> parameter(name) != null).findFirst().orElse(null);
    }

    String clickId() {
      return clickIdType() == null ? null : parameter(clickIdType());
    }
  }

  // ── hours ────────────────────────────────────────────────────────────────────────────────────

  /** A row of the mart. */
  private static final class Hour {
    private final Set<String> visitors = new HashSet<>();
    private long events;
    private long pageViews;
    private long sessions;
    private long engaged;
    private long converted;
    private long botEvents;
    private long botSessions;
  }

  private static final class Minute {
    private long events;
    private long botEvents;
  }

  private Hour hourOf(Instant at) {
    return hours.computeIfAbsent(startOfHour(at), start -> new Hour());
  }

  /** At a full hour of the local clock, as it goes at that instant. */
  private Instant startOfHour(Instant at) {
    return at.atOffset(zone.getRules().getOffset(at)).truncatedTo(ChronoUnit.HOURS).toInstant();
  }

  private void countEvent(Event event, boolean isOverBudget) {
    Hour hour = hourOf(event.at());
    Minute minute =
        minutes.computeIfAbsent(event.at().truncatedTo(ChronoUnit.MINUTES), start -> new Minute());
    if (event.isBot() || isOverBudget) {
      hour.botEvents++;
      minute.botEvents++;
      return;
    }
    hour.events++;
    minute.events++;
    hour.visitors.add(event.visitor());
    if (event.isPageView()) {
      hour.pageViews++;
    }
  }

  private void countSession(Instant start, boolean bot, boolean engaged, boolean converted) {
    Hour hour = hourOf(start);
    if (bot) {
      hour.botSessions++;
      return;
    }
    hour.sessions++;
    hour.engaged += engaged ? 1 : 0;
    hour.converted += converted ? 1 : 0;
  }

  private void addHours() {
    hours.forEach(
        (start, hour) -> {
          if (!start.isBefore(closed.end())) {
            rows.hour(
                start,
                start.atZone(zone).toLocalDate(),
                hour.events,
                hour.pageViews,
                (long) hour.visitors.size(),
                hour.sessions,
                hour.engaged,
                hour.converted,
                hour.botEvents,
                hour.botSessions);
          }
        });
    hours.keySet().stream().max(Comparator.naturalOrder()).ifPresent(this::addMinutes);
  }

  private void addMinutes(Instant latestHour) {
    Instant tooEarly = latestHour.minus(MINUTES_KEPT);
    minutes.forEach(
        (start, minute) -> {
          Instant hour = startOfHour(start);
          if (hour.isAfter(tooEarly)) {
            rows.minute(start, hour, minute.events, minute.botEvents);
          }
        });
  }

  // ── orders ───────────────────────────────────────────────────────────────────────────────────

  private void claim(Event event, boolean isBots) {
    claims.computeIfAbsent(orderId(event), id -> new ArrayList<>()).add(new Claim(event, isBots));
  }

  private static String orderId(Event event) {
    Sent.Order order = event.sent().order;
    String id = order == null ? null : usable(order.id());
    return id == null ? event.id() : id;
  }

  private void addOrders() {
    for (Map.Entry<String, List<Claim>> claimed : claims.entrySet()) {
      List<Event> ofPeople =
          claimed.getValue().stream()
              .sorted(CLAIM_ORDER)
              .limit(MAX_CLAIMS)
              .filter(claim -> !claim.isBots())
              .map(Claim::event)
              .toList();
      if (ofPeople.isEmpty()
          || closed.orders().contains(claimed.getKey())
          || ofPeople.get(0).at().isBefore(closed.end())) {
        continue;
      }
      Event event = ofPeople.get(0);
      Sent.Order order = event.sent().order;
      ordered.put(claimed.getKey(), event.at());
      rows.order(
          claimed.getKey(),
          event.id(),
          event.visitor(),
          usable(event.sent().userId),
          order == null ? null : Orders.value(order),
          order == null ? null : Orders.currency(order),
          Boolean.TRUE.equals(event.sent().signed),
          ofPeople.stream().filter(other -> !other.visitor().equals(event.visitor())).count());
    }
  }

  /** A session's orders: each id counts once, by its first event. */
  private static final class Orders {

    private static final Sent.Line NO_LINE = new Sent.Line(null, null, null, null);

    private final Set<String> known = new HashSet<>();
    private final Set<String> currencies = new HashSet<>();
    private long sum;
    private boolean isUnknown;

    void add(Event event) {
      Sent.Order order = event.sent().order;
      if (!known.add(orderId(event))) {
        return;
      }
      Long value = order == null ? null : value(order);
      if (value != null) {
        sum += value;
        currencies.add(currency(order));
      } else {
        isUnknown = true;
      }
    }

    private static Long value(Sent.Order order) {
      if (order.value() != null && order.value() >= 0) {
        return order.value();
      }
      BigDecimal total = null;
      for (Sent.Line line : order.lines()) {
        if (line.equals(NO_LINE)) {
          continue;
        }
        Long price = price(line);
        BigDecimal quantity = quantity(line.quantity());
        if (price == null || quantity == null) {
          return null;
        }
        BigDecimal lineTotal = quantity.multiply(BigDecimal.valueOf(price));
        total = total == null ? lineTotal : total.add(lineTotal);
      }
      return total == null ? null : total.setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    /** Returns null if the price that counts is absent or is not a number. */
    private static Long price(Sent.Line line) {
      if (line.discountPrice() == null) {
        return line.price();
      }
      return line.discountPrice() instanceof Long discounted ? discounted : null;
    }

    /** Returns null if the quantity is not a number. */
    private static BigDecimal quantity(Object sent) {
      if (sent == null) {
        return BigDecimal.ONE;
      }
      String text = sent.toString();
      return text.matches("-?[0-9.]+") ? new BigDecimal(text) : null;
    }

    private static String currency(Sent.Order order) {
      String currency = order.currency().toUpperCase(Locale.ROOT);
      return currency.matches("[A-Z]{3}") ? currency : null;
    }

    Long revenue() {
      return isSum() ? sum : null;
    }

    String currency() {
      return isSum() ? currencies.iterator().next() : null;
    }

    private boolean isSum() {
      return currencies.size() == 1 && !isUnknown;
    }
  }
}
