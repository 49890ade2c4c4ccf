package io.clickstream.it.promise;

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
import java.util.Set;
import java.util.function.Function;

/**
 * Computes the rows that the warehouse must hold for a set of raw objects. It implements the rules
 * again, event by event, and shares no code with the job.
 */
final class Model {

  private static final Duration MAX_QUEUE = Duration.ofDays(7);
  private static final Set<String> ABSENT = Set.of(Sent.NO_ID, "null");
  private static final Set<String> PAGE_VIEWS =
      Set.of("page_view", "home_view", "category_view", "product_view");
  private static final String ORDER = "checkout_complete";

  /** An event and the record from which it was made. */
  private record Event(
      String id,
      String key,
      Instant timestamp,
      Instant at,
      String visitor,
      String name,
      Sent sent) {}

  /** Orders keys by their bytes. */
  private static final Comparator<Event> WINNER_FIRST =
      Comparator.comparing(Event::timestamp)
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

  private Model(Duration gap, ZoneId zone) {
    this.gap = gap;
    this.zone = zone;
  }

  /** Computes the rows of the warehouse for these objects. */
  static WarehouseRows of(Collection<RawObject> objects, Duration gap, ZoneId zone) {
    Model model = new Model(gap, zone);
    Map<String, List<Event>> candidates = new HashMap<>();
    for (RawObject object : objects) {
      for (RawObject.Placed record : object.records()) {
        if (record.sent().broken != null) {
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
    return model.rows;
  }

  // ── from record to event ─────────────────────────────────────────────────────────────────────

  private static Event event(RawObject.Placed record) {
    Sent sent = record.sent();
    String id = eventId(record);
    Instant timestamp = firstPresent(sent.receivedAt, sent.eventTimestamp, record.lastModified());
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
    return id == null || id.isBlank() || ABSENT.contains(id.strip()) ? null : id.strip();
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
    for (Event event : session) {
      rows.event(
          event.id(),
          event.key(),
          event.timestamp(),
          event.at(),
          event.visitor(),
          event.name(),
          key);
      countEvent(event);
    }
    addSession(key, session);
    session.clear();
  }

  private void addSession(String key, List<Event> session) {
    Event first = session.get(0);
    Event last = session.get(session.size() - 1);
    Duration length = Duration.between(first.at(), last.at());
    long pageViews = session.stream().filter(event -> PAGE_VIEWS.contains(event.name())).count();
    long completes = count(session, ORDER);
    boolean engaged =
        length.compareTo(Duration.ofSeconds(10)) > 0 || pageViews >= 2 || completes > 0;
    boolean bot = session.stream().anyMatch(Model::isBot);
    countSession(first.at(), bot, engaged, completes > 0);
    Orders orders = new Orders();
    session.stream().filter(event -> event.name().equals(ORDER)).forEach(orders::add);
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
        firstOf(session, event -> event.sent().pageUrl),
        lastOf(session, event -> event.sent().pageUrl),
        firstOf(session, event -> path(event.sent().pageUrl)),
        lastOf(session, event -> path(event.sent().pageUrl)),
        firstOf(session, event -> utmSource(event.sent().pageUrl)),
        firstOf(session, event -> event.sent().firstVisit),
        engaged,
        !engaged,
        completes > 0,
        bot,
        firstOf(session, event -> device(event.sent().userAgent)),
        first.at().atZone(zone).toLocalDate(),
        first.name(),
        last.name(),
        (long) orders.known.size(),
        orders.revenue(),
        orders.currency());
  }

  private static long count(List<Event> session, String name) {
    return session.stream().filter(event -> event.name().equals(name)).count();
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

  private static String utmSource(String url) {
    return url == null || !url.contains("utm_source=")
        ? null
        : url.replaceFirst(".*utm_source=", "");
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

  /** At a full hour of the local clock, as it goes at that instant. */
  private Hour hourOf(Instant at) {
    Instant start =
        at.atOffset(zone.getRules().getOffset(at)).truncatedTo(ChronoUnit.HOURS).toInstant();
    return hours.computeIfAbsent(start, hour -> new Hour());
  }

  private void countEvent(Event event) {
    Hour hour = hourOf(event.at());
    if (isBot(event)) {
      hour.botEvents++;
      return;
    }
    hour.events++;
    hour.visitors.add(event.visitor());
    if (PAGE_VIEWS.contains(event.name())) {
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
        (start, hour) ->
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
                hour.botSessions));
  }

  private static boolean isBot(Event event) {
    return Histories.BOT.equals(event.sent().userAgent);
  }

  /** A session's orders: each id counts once, by its first event. */
  private static final class Orders {

    private final Set<String> known = new HashSet<>();
    private final Set<String> currencies = new HashSet<>();
    private long sum;

    void add(Event event) {
      Sent.Order order = event.sent().order;
      String id = order == null ? null : order.id();
      if (!known.add(id == null ? "event " + event.id() : "order " + id)) {
        return;
      }
      Long value = order == null ? null : value(order);
      if (value != null) {
        sum += value;
        currencies.add(currency(order));
      }
    }

    private static Long value(Sent.Order order) {
      if (order.value() != null) {
        return order.value();
      }
      Long total = null;
      for (Sent.Line line : order.lines()) {
        Long price = line.discountPrice() != null ? line.discountPrice() : line.price();
        if (price != null) {
          long quantity = line.quantity() == null ? 1 : line.quantity();
          total = (total == null ? 0 : total) + quantity * price;
        }
      }
      return total;
    }

    private static String currency(Sent.Order order) {
      String currency = order.currency().toUpperCase(Locale.ROOT);
      return currency.matches("[A-Z]{3}") ? currency : null;
    }

    Long revenue() {
      return currencies.size() == 1 ? sum : null;
    }

    String currency() {
      return currencies.size() == 1 ? currencies.iterator().next() : null;
    }
  }
}
