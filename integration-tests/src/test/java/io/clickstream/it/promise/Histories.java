package io.clickstream.it.promise;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * Visitors' histories, dense around every boundary that a rule has. A history is what one or two
 * browsers send; only event ids are taken from other histories now and then.
 */
final class Histories {

  /** Takes the kinds of histories in turn, so that a hundred histories hold several of each. */
  private enum Kind {
    STEPS,
    TIES,
    DUPLICATES,
    BRIDGE,
    CONFLICTING_DUPLICATES,
    FIRST_MARK,
    QUEUED,
    ORDERS,
    CALENDAR,
    IDENTITIES,
    MOVING_DUPLICATE,
    BROKEN_CHAIN,
    TIMESTAMPS,
    SERVER_EVENTS,
    RETURNS,
    CAMPAIGNS,
    TABS,
    VOLUME,
    ALWAYS_ON
  }

  static final String BOT =
      "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
  static final String DESKTOP =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36";
  static final String PHONE =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";

  /** The user agents with which back ends report orders. */
  static final List<String> SERVERS =
      List.of("Java/17.0.9", "GuzzleHttp/7", "python-requests/2.32.3", "WordPress/6.4; https://x");

  private static final List<String> USER_AGENTS = List.of(DESKTOP, DESKTOP, PHONE);

  private static final List<String> NAMES =
      List.of(
          "page_view",
          "product_view",
          "home_view",
          "click",
          "click",
          "add_to_cart_click",
          "remove_from_cart_click",
          "checkout_start",
          "Click",
          "view_item",
          "view_product",
          "add_to_cart",
          "begin_checkout",
          "View_Item",
          "événement");

  /** The shop itself, a payment gateway, banks and sign-in pages, which bring no visit. */
  static final List<String> INSIDE =
      List.of(
          "https://shop.example/p/1",
          "https://pay.vnpay.vn/back",
          "https://acs.bank.example/3ds",
          "https://vcbdigibank.vietcombank.com.vn/",
          "https://accounts.google.com/",
          "https://www.facebook.com/v19.0/dialog/oauth?client_id=1");

  /** Hosts of each kind of channel. The last one only resembles a bank's. */
  private static final List<String> OUTSIDE =
      List.of(
          "https://www.google.com/",
          "https://l.facebook.com/l.php?u=x",
          "https://blog.example/post",
          "https://www.youtube.com/watch",
          "https://acsbank.example/3ds");

  private static final List<String> QUERIES =
      List.of(
          "utm_source=s",
          "utm_medium=email&utm_source=s",
          "utm_medium=cpc&utm_campaign=spring&utm_source=google",
          "utm_source=google&gclid=3",
          "gclid=1",
          "fbclid=2");

  /** Collations and bytes order them differently. COPY and JSON escape some of them. */
  private static final List<String> LETTERS =
      List.of(
          "a", "A", "b", "B", "á", "Å", "e\u0301", "é", "ß", "ss", "z", "Z", "_", "-", "~", " ",
          "'", "\"", "\\", "\\N", "\t", "ﬁ", "日本", "😀", "\uFFFD");

  private static final List<Instant> DAYS =
      List.of(
          Instant.parse("2024-12-31T00:00:00Z"),
          Instant.parse("2024-02-28T00:00:00Z"),
          // Clocks go back in New York and on Lord Howe Island.
          Instant.parse("2024-11-02T00:00:00Z"),
          Instant.parse("2024-04-06T00:00:00Z"),
          Instant.parse("2099-12-30T00:00:00Z"));

  /** The last two are what a shop sends before the order has an id. */
  private static final List<String> ORDER_IDS =
      List.of("order 0", "order 1", "order 2", "order 3", "0", "None");

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long MAX_QUEUE_MICROS = 7 * MICROS_PER_DAY;

  private final Random random;
  private final Duration gap;
  private final List<String> eventIds = new ArrayList<>();
  private final List<String> clientIds = new ArrayList<>();

  /** Records that are packed apart from their history, so that they often arrive after it. */
  private final List<Sent> apart = new ArrayList<>();

  private long salt;

  Histories(Random random, Duration gap) {
    this.random = random;
    this.gap = gap;
  }

  List<List<Sent>> generate(int count) {
    List<List<Sent>> histories = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      histories.add(history(Kind.values()[number % Kind.values().length], number));
    }
    apart.forEach(record -> histories.add(List.of(record)));
    return histories;
  }

  private List<Sent> history(Kind kind, int number) {
    String clientId = any(LETTERS) + number + any(LETTERS) + any(LETTERS) + "x";
    clientIds.add(clientId.strip());
    return switch (kind) {
      case STEPS -> steps(clientId, 1 + random.nextInt(12));
      case TIES -> ties(clientId);
      case DUPLICATES -> duplicates(clientId);
      case BRIDGE -> bridge(clientId);
      case CONFLICTING_DUPLICATES -> conflictingDuplicates(clientId);
      case FIRST_MARK -> firstMark(clientId);
      case QUEUED -> queued(clientId);
      case ORDERS -> orders(clientId);
      case CALENDAR -> calendar(clientId);
      case IDENTITIES -> identities(clientId);
      case MOVING_DUPLICATE -> movingDuplicate(clientId);
      case BROKEN_CHAIN -> brokenChain(clientId);
      case TIMESTAMPS -> timestamps(clientId);
      case SERVER_EVENTS -> serverEvents(clientId);
      case RETURNS -> returns(clientId);
      case CAMPAIGNS -> campaigns(clientId);
      case TABS -> tabs(clientId);
      case VOLUME -> volume(clientId);
      case ALWAYS_ON -> alwaysOn(clientId, 30 + random.nextInt(100));
    };
  }

  // ── kinds of histories ───────────────────────────────────────────────────────────────────────

  private List<Sent> steps(String clientId, int length) {
    List<Sent> history = new ArrayList<>();
    Instant at = start();
    for (int i = 0; i < length; i++) {
      history.add(event(clientId, at));
      at = next(at);
    }
    return history;
  }

  /** Events at one instant: only ids order them, and the smallest may come last. */
  private List<Sent> ties(String clientId) {
    List<Sent> history = new ArrayList<>();
    Instant at = start();
    for (int step = 0; step < 2; step++) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        Instant tied = at;
        history.add(event(clientId, at).with(sent -> sent.receivedAt = tied));
      }
      at = at.plus(random.nextBoolean() ? gap : gap.plus(1, ChronoUnit.MICROS));
    }
    return history;
  }

  /** Records that differ only in their keys, their salt and their signature. */
  private List<Sent> duplicates(String clientId) {
    List<Sent> history = steps(clientId, 1 + random.nextInt(4));
    for (Sent event : List.copyOf(history)) {
      for (int i = random.nextInt(3); i > 0; i--) {
        history.add(
            event.with(
                duplicate -> {
                  duplicate.salt = ++salt;
                  sometimesSigned(duplicate);
                }));
      }
    }
    return history;
  }

  /** Lets a back end send an event that others sent too; its record wins whenever it comes. */
  private void sometimesSigned(Sent duplicate) {
    if (random.nextInt(3) == 0) {
      duplicate.signed = random.nextInt(4) > 0;
    }
  }

  /** Two sessions, and events that join them or are a microsecond too far away. */
  private List<Sent> bridge(String clientId) {
    Instant first = start();
    Instant last = first.plus(gap.multipliedBy(2)).plus(random.nextInt(3) - 1, ChronoUnit.MICROS);
    List<Sent> history = new ArrayList<>(List.of(event(clientId, first), event(clientId, last)));
    history.add(event(clientId, first.plus(gap).plus(random.nextInt(3) - 1, ChronoUnit.MICROS)));
    if (random.nextBoolean()) {
      history.add(event(clientId, first.minus(gap).plus(random.nextInt(3) - 1, ChronoUnit.MICROS)));
    }
    return history;
  }

  /** One event id for records of several visitors, times and names. */
  private List<Sent> conflictingDuplicates(String clientId) {
    List<Sent> history = steps(clientId, 2 + random.nextInt(5));
    for (Sent event : List.copyOf(history)) {
      for (int i = random.nextInt(4); i > 0; i--) {
        history.add(conflictingDuplicate(event));
      }
    }
    return history;
  }

  private Sent conflictingDuplicate(Sent event) {
    return event.with(
        duplicate -> {
          duplicate.salt = ++salt;
          switch (random.nextInt(6)) {
            case 0 -> duplicate.eventId = any(eventIds);
            case 1 -> duplicate.clientId = any(clientIds);
            case 2 -> duplicate.name = any(NAMES);
            case 3 -> {
              duplicate.clientId = any(clientIds);
              duplicate.receivedAt = near(event.receivedAt);
            }
            default -> duplicate.receivedAt = near(event.receivedAt);
          }
          sometimesSigned(duplicate);
        });
  }

  /** An always-on client's start, six hours before a mark or a microsecond off. */
  private List<Sent> firstMark(String clientId) {
    List<Sent> history = new ArrayList<>();
    Instant mark = any(DAYS).plus(12L * (1 + random.nextInt(4)), ChronoUnit.HOURS);
    Instant at = mark.minus(6, ChronoUnit.HOURS).plus(random.nextInt(3) - 1, ChronoUnit.MICROS);
    Instant end = mark.plus(13, ChronoUnit.HOURS);
    Duration step = gap.compareTo(Duration.ofMinutes(20)) < 0 ? Duration.ofHours(5) : gap;
    while (at.isBefore(end)) {
      history.add(event(clientId, at));
      Instant following = at.plus(step);
      boolean passes = at.isBefore(mark) && !following.isBefore(mark);
      at = passes ? mark.plus(random.nextInt(3) - 1, ChronoUnit.MICROS) : following;
      if (passes && random.nextBoolean()) {
        history.add(event(clientId, mark));
      }
      if (passes && !at.isAfter(history.get(history.size() - 1).receivedAt)) {
        at = at.plus(step);
      }
    }
    return history;
  }

  /** Events that waited in the client, up to the limit of the queue time and longer. */
  private List<Sent> queued(String clientId) {
    List<Sent> history = steps(clientId, 2 + random.nextInt(6));
    List<Long> waits =
        List.of(
            0L,
            1L,
            gap.toNanos() / 1_000,
            MAX_QUEUE_MICROS,
            MAX_QUEUE_MICROS + 1,
            -1L,
            random.nextLong(MAX_QUEUE_MICROS),
            MICROS_PER_DAY,
            600_000_000L);
    history.replaceAll(event -> event.with(sent -> sent.queued = any(waits)));
    return history;
  }

  /** Orders, some of them sent twice or without an id. */
  private List<Sent> orders(String clientId) {
    List<Sent> history = steps(clientId, 2 + random.nextInt(6));
    history.replaceAll(event -> random.nextInt(4) == 0 ? event : withOrder(event));
    return history;
  }

  /** Events around the ends of hours, days and years. */
  private List<Sent> calendar(String clientId) {
    Instant end = any(DAYS).plus(24, ChronoUnit.HOURS);
    List<Sent> history = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      Instant hour = end.plus(random.nextInt(3) - 1, ChronoUnit.HOURS);
      history.add(event(clientId, hour.plus(random.nextInt(3) - 1, ChronoUnit.MICROS)));
    }
    return history;
  }

  /** Visitors and event ids from each of their sources. */
  private List<Sent> identities(String clientId) {
    List<String> absent = new ArrayList<>(List.of(Sent.NO_ID, "null", " "));
    absent.addAll(List.of("None", "NaN", "0", "-1", "FALSE", "Guest", "N/A", "(not set)"));
    absent.addAll(List.of("0.0", "-0", "0e0", "Infinity"));
    absent.add(null);
    List<Sent> history = steps(clientId, 2 + random.nextInt(6));
    int who = random.nextInt(5);
    history.replaceAll(
        event ->
            event.with(
                sent -> {
                  if (who > 0) {
                    sent.clientId = any(absent);
                    sent.userId = who == 1 ? "u" + clientId : any(absent);
                    sent.sessionId = who <= 2 ? "s" + clientId : any(absent);
                  }
                  if (random.nextInt(3) == 0) {
                    sent.eventId = random.nextBoolean() ? any(absent) : "no uuid " + clientId;
                  }
                }));
    return history;
  }

  /** An earlier duplicate moves the middle event of a session to another place. */
  private List<Sent> movingDuplicate(String clientId) {
    List<Sent> history = new ArrayList<>();
    Instant at = start();
    for (int i = 0; i < 3 + random.nextInt(3); i++) {
      history.add(event(clientId, at));
      at = at.plus(random.nextBoolean() ? gap : gap.dividedBy(2));
    }
    Sent middle = history.get(1);
    Duration back =
        any(List.of(Duration.ofNanos(1_000), gap, gap.multipliedBy(3), Duration.ofHours(20)));
    history.add(
        middle.with(
            duplicate -> {
              duplicate.receivedAt = middle.receivedAt.minus(back);
              duplicate.salt = ++salt;
            }));
    return history;
  }

  /**
   * A chain that is cut at a mark, and an earlier duplicate that takes an event out of it. The rest
   * of the chain then begins less than six hours before the mark, and is not cut there.
   */
  private List<Sent> brokenChain(String clientId) {
    Duration step = gap.multipliedBy(7).dividedBy(10);
    if (step.compareTo(Duration.ofMinutes(10)) < 0) {
      return movingDuplicate(clientId);
    }
    Instant mark = any(DAYS).plus(12L * (2 + random.nextInt(3)), ChronoUnit.HOURS);
    Instant rest = mark.minus(1 + part(step), ChronoUnit.MICROS);
    Sent taken = event(clientId, rest.minus(step));
    Instant at = taken.receivedAt;
    List<Sent> history = new ArrayList<>(List.of(taken));
    while (at.isAfter(mark.minus(6, ChronoUnit.HOURS))) {
      at = at.minus(step);
      history.add(event(clientId, at));
    }
    Instant end = mark.plus(step);
    for (at = rest; at.isBefore(end) || history.size() <= RawObjects.LONG; at = at.plus(step)) {
      history.add(event(clientId, at));
    }
    apart.add(
        taken.with(
            duplicate -> {
              duplicate.receivedAt = taken.receivedAt.minus(40, ChronoUnit.DAYS);
              duplicate.salt = ++salt;
            }));
    return history;
  }

  /** Events whose times are absent or too late, so that the next source is used. */
  private List<Sent> timestamps(String clientId) {
    List<Sent> history = steps(clientId, 1 + random.nextInt(5));
    history.replaceAll(
        event ->
            event.with(
                sent -> {
                  sent.eventTimestamp = random.nextBoolean() ? near(sent.receivedAt) : null;
                  sent.receivedAt = random.nextInt(3) == 0 ? sent.receivedAt : null;
                  sent.afterLatest =
                      random.nextBoolean() ? null : any(List.of(-1L, 0L, 1L, MICROS_PER_DAY));
                }));
    return history;
  }

  /** A person's visit in which a back end reports orders, and views that nobody saw. */
  private List<Sent> serverEvents(String clientId) {
    List<Sent> history = steps(clientId, 3 + random.nextInt(6));
    history.replaceAll(
        event ->
            random.nextInt(3) == 0
                ? (random.nextInt(4) == 0 ? event : withOrder(event))
                    .with(sent -> sent.userAgent = any(SERVERS))
                : event.with(sent -> sent.userAgent = any(USER_AGENTS)));
    if (random.nextInt(4) == 0) {
      history.add(
          any(history)
              .with(
                  sent -> {
                    sent.eventId = eventId();
                    sent.userAgent = BOT;
                  }));
    }
    return history;
  }

  /** Orders with returned lines, parts of a piece, and quantities that are no numbers. */
  private List<Sent> returns(String clientId) {
    List<Object> quantities =
        List.of(
            -1,
            -2,
            2,
            new BigDecimal("2.0"),
            new BigDecimal("1.5"),
            new BigDecimal("-0.5"),
            0,
            "2.0",
            "-1",
            "some",
            true);
    List<Sent> history = steps(clientId, 2 + random.nextInt(4));
    history.replaceAll(
        event -> {
          List<Sent.Line> lines = new ArrayList<>();
          for (int i = random.nextInt(4); i >= 0; i--) {
            Long price = random.nextInt(8) == 0 ? null : (long) random.nextInt(1_000);
            Object quantity = random.nextInt(3) == 0 ? null : any(quantities);
            Object discounted = random.nextInt(4) == 0 ? any(List.of(0L, 7L, "12.990")) : null;
            lines.add(new Sent.Line("p" + random.nextInt(3), quantity, price, discounted));
          }
          Long value = random.nextInt(4) == 0 ? (long) random.nextInt(2_000) - 1_000 : null;
          String id = random.nextBoolean() ? "return " + random.nextInt(4) : null;
          Sent.Order order = new Sent.Order(id, value, "VND", lines);
          return event.with(
              sent -> {
                sent.name = random.nextBoolean() ? "purchase" : "checkout_complete";
                sent.order = order;
              });
        });
    return history;
  }

  /** Visits of two campaigns and more, some of them on the shop's own links. */
  private List<Sent> campaigns(String clientId) {
    List<Sent> history = steps(clientId, 2 + random.nextInt(6));
    history.replaceAll(
        event ->
            event.with(
                sent -> {
                  sent.pageUrl = random.nextInt(5) == 0 ? null : page() + "?" + any(QUERIES);
                  sent.referrer =
                      switch (random.nextInt(4)) {
                        case 0 -> null;
                        case 1 -> any(OUTSIDE);
                        default -> any(INSIDE);
                      };
                }));
    return history;
  }

  /** Two tabs whose clocks are apart, with uploads that stall. */
  private List<Sent> tabs(String clientId) {
    List<Duration> clocks =
        List.of(
            Duration.ofMillis(random.nextInt(10_000)),
            any(List.of(Duration.ofHours(-26), Duration.ofMinutes(3), Duration.ofDays(-400))));
    List<Sent> history = new ArrayList<>();
    Instant at = start();
    for (int i = 0; i < 4 + random.nextInt(10); i++) {
      int tab = random.nextInt(2);
      Instant happened = at;
      long stalled = random.nextInt(3) == 0 ? part(gap) : random.nextInt(3);
      history.add(
          event(clientId, happened)
              .with(
                  sent -> {
                    sent.sessionId = random.nextInt(8) == 0 ? null : "tab" + tab;
                    sent.receivedAt = happened.plus(stalled, ChronoUnit.MICROS);
                    sent.tabTime = random.nextInt(6) == 0 ? null : happened.plus(clocks.get(tab));
                    if (random.nextInt(8) == 0) {
                      sent.userAgent = any(SERVERS);
                    }
                    sent.queued =
                        sent.tabTime == null || random.nextBoolean() ? null : random.nextLong(50);
                  }));
      at = random.nextInt(3) == 0 ? at : at.plus(random.nextLong(20_000_000), ChronoUnit.MICROS);
    }
    return history;
  }

  /** A session with about as many orders as a person's can have. One more makes it a bot's. */
  private List<Sent> volume(String clientId) {
    int orders = 99 + random.nextInt(4);
    Instant start = start();
    List<Sent> history = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      Sent.Order order = new Sent.Order(clientId + i, 1L, "VND", List.of());
      Instant at = start.plus(i * gap.toMillis() / 1_000, ChronoUnit.MILLIS);
      history.add(
          event(clientId, at)
              .with(
                  sent -> {
                    sent.userAgent = null;
                    sent.name = "checkout_complete";
                    sent.order = order;
                  }));
    }
    return history;
  }

  /** A chain of several days: a crawler, or a kiosk that sells. */
  private List<Sent> alwaysOn(String clientId, int length) {
    List<Sent> history = new ArrayList<>();
    boolean sells = random.nextBoolean();
    Instant at = start();
    for (int i = 0; i < length; i++) {
      Sent event = event(clientId, at).with(sent -> sent.userAgent = BOT);
      history.add(sells && random.nextInt(10) == 0 ? withOrder(event) : event);
      at = random.nextInt(20) == 0 ? next(at) : at.plus(part(gap), ChronoUnit.MICROS);
    }
    return history;
  }

  // ── events and times ─────────────────────────────────────────────────────────────────────────

  private Sent event(String clientId, Instant at) {
    return new Sent()
        .with(
            sent -> {
              sent.eventId = eventId();
              sent.receivedAt = at;
              sent.clientId = clientId;
              sent.name = random.nextInt(20) == 0 ? null : any(NAMES);
              sent.userId = random.nextInt(3) == 0 ? "user " + random.nextInt(50) : null;
              sent.sessionId = random.nextInt(3) == 0 ? "tab" + random.nextInt(3) : null;
              sent.firstVisit = random.nextInt(3) == 0 ? random.nextBoolean() : null;
              sent.userAgent = random.nextInt(3) == 0 ? any(USER_AGENTS) : null;
              sent.pageUrl = random.nextInt(2) == 0 ? pageUrl() : null;
              sent.referrer = random.nextInt(4) == 0 ? referrer() : null;
              sent.product = random.nextInt(2) == 0 ? product() : null;
            });
  }

  private String pageUrl() {
    return random.nextInt(3) == 0 ? page() + "?" + any(QUERIES) : page();
  }

  private String page() {
    return "https://shop.example/p/" + random.nextInt(9);
  }

  private String referrer() {
    return random.nextInt(3) == 0 ? any(INSIDE) : any(OUTSIDE);
  }

  /** One of few, which not all pages call the same. */
  private Sent.Product product() {
    return new Sent.Product(
        random.nextInt(8) == 0 ? null : "p" + random.nextInt(3),
        random.nextInt(3) == 0 ? null : any(LETTERS),
        random.nextInt(3) == 0 ? null : "category " + random.nextInt(2),
        random.nextInt(3) == 0 ? null : "brand " + random.nextInt(2));
  }

  /** Both signs of both halves, so that ties show whether ids order as unsigned bytes. */
  private String eventId() {
    String id = new UUID(random.nextLong(), random.nextLong()).toString();
    eventIds.add(id);
    return random.nextInt(10) == 0 ? id.toUpperCase(Locale.ROOT) : id;
  }

  private Sent withOrder(Sent event) {
    List<Sent.Line> lines = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      lines.add(
          new Sent.Line(
              random.nextInt(3) > 0 ? "p" + random.nextInt(3) : null,
              random.nextBoolean() ? 1 + random.nextInt(3) : null,
              random.nextInt(4) > 0 ? (long) random.nextInt(1_000) : null,
              random.nextInt(3) == 0 ? (long) random.nextInt(500) : null));
    }
    Sent.Order order =
        new Sent.Order(
            random.nextInt(4) > 0 ? any(ORDER_IDS) : null,
            random.nextInt(3) > 0 ? (long) random.nextInt(100_000) : null,
            random.nextInt(8) > 0 ? "VND" : any(List.of("EUR", "vnd", "?")),
            lines);
    return event.with(
        sent -> {
          sent.name = random.nextInt(4) == 0 ? "purchase" : "checkout_complete";
          sent.order = order;
          sent.signed = random.nextInt(6) == 0 ? random.nextBoolean() : null;
        });
  }

  private Instant start() {
    Instant day = any(DAYS);
    return switch (random.nextInt(3)) {
      case 0 -> day.plus(random.nextInt(48), ChronoUnit.HOURS);
      case 1 -> day.plus(random.nextInt(48), ChronoUnit.HOURS).minus(1, ChronoUnit.MICROS);
      default -> day.plus(random.nextLong(2 * MICROS_PER_DAY), ChronoUnit.MICROS);
    };
  }

  private Instant next(Instant at) {
    Instant mark = markBehind(at);
    return switch (random.nextInt(13)) {
      case 0 -> at;
      case 1 -> at.plus(1, ChronoUnit.MICROS);
      case 2, 3 -> at.plus(gap);
      case 4 -> at.plus(gap).minus(1, ChronoUnit.MICROS);
      case 5 -> within(at, mark.minus(1, ChronoUnit.MICROS));
      case 6 -> within(at, mark);
      case 7 -> within(at, mark.plus(1, ChronoUnit.MICROS));
      case 8, 9 -> at.plus(part(gap), ChronoUnit.MICROS);
      case 10 -> at.plus(gap).plus(1, ChronoUnit.MICROS);
      case 11 -> at.plus(10, ChronoUnit.SECONDS).plus(random.nextInt(2), ChronoUnit.MICROS);
      default -> at.plus(random.nextInt(1_500), ChronoUnit.MINUTES);
    };
  }

  /** A place near a mark if the chain reaches it, else the chain's longest step. */
  private Instant within(Instant at, Instant goal) {
    return goal.isBefore(at) || goal.isAfter(at.plus(gap)) ? at.plus(gap) : goal;
  }

  private static Instant markBehind(Instant at) {
    Instant day = at.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).toInstant();
    Instant noon = day.plus(12, ChronoUnit.HOURS);
    return noon.isAfter(at) ? noon : day.plus(24, ChronoUnit.HOURS);
  }

  /** Another time, before or behind, near or a day off. */
  private Instant near(Instant at) {
    long micros =
        any(List.of(1L, 1_000L, part(gap), part(gap), gap.toNanos() / 1_000, MICROS_PER_DAY));
    return at.plus(random.nextBoolean() ? micros : -micros, ChronoUnit.MICROS);
  }

  private long part(Duration duration) {
    return random.nextLong(duration.toNanos() / 1_000);
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** In any order. */
  static <T> List<T> shuffled(List<T> items, Random random) {
    List<T> shuffled = new ArrayList<>(items);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }
}
