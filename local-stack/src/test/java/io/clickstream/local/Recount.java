package io.clickstream.local;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The demo's figures once more, from the events alone and without SQL's help. */
final class Recount {

  private static final ZoneId ZONE = ZoneId.of("Asia/Ho_Chi_Minh");
  private static final Duration ENGAGED = Duration.ofSeconds(10);
  private static final Set<String> PAGE_VIEWS =
      Set.of("page_view", "home_view", "category_view", "product_view");
  private static final String ORDER = "checkout_complete";

  private record Event(
      String id,
      String visitor,
      String session,
      String tab,
      String name,
      Instant at,
      boolean bot,
      String order,
      Long value,
      String currency) {}

  private static final String WITH_SUM_OF_LINES =
      """
      SELECT *, coalesce(order_value_minor, (SELECT sum((item ->> 'quantity')::BIGINT
          * coalesce(item ->> 'discount_price_minor', item ->> 'price_minor')::BIGINT)::BIGINT
        FROM jsonb_array_elements(order_items) AS item)) AS value_minor
      FROM clickstream_events
      """;

  private final List<Event> events;
  private final Collection<List<Event>> sessions;
  private final Collection<List<Event>> botSessions;
  private final long duplicates;
  private final long rejected;

  private Recount(List<Event> events, long duplicates, long rejected) {
    this.events = events;
    this.duplicates = duplicates;
    this.rejected = rejected;
    Map<Boolean, List<List<Event>>> byBot =
        events.stream().collect(Collectors.groupingBy(Event::session)).values().stream()
            .collect(Collectors.partitioningBy(session -> session.stream().anyMatch(Event::bot)));
    sessions = byBot.get(false);
    botSessions = byBot.get(true);
  }

  /** Reads the warehouse. */
  static Recount of(Connection warehouse) throws SQLException {
    List<Event> events = new ArrayList<>();
    try (Statement statement = warehouse.createStatement()) {
      ResultSet row = statement.executeQuery(WITH_SUM_OF_LINES);
      while (row.next()) {
        events.add(
            new Event(
                row.getString("event_id"),
                row.getString("visitor_id"),
                row.getString("session_key"),
                row.getString("session_id"),
                row.getString("event_name"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("is_bot"),
                row.getString("order_id"),
                row.getObject("value_minor", Long.class),
                row.getString("currency")));
      }
    }
    // The text of a UUID orders as its bytes do.
    events.sort(Comparator.comparing(Event::at).thenComparing(Event::id));
    return new Recount(
        events, rows(warehouse, "duplicate_records"), rows(warehouse, "rejected_records"));
  }

  private static long rows(Connection warehouse, String table) throws SQLException {
    try (Statement statement = warehouse.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT object_key FROM " + table);
      long rows = 0;
      while (row.next()) {
        rows++;
      }
      return rows;
    }
  }

  long events() {
    return events.size();
  }

  long duplicates() {
    return duplicates;
  }

  long rejected() {
    return rejected;
  }

  long visitors() {
    return sessions.stream().map(session -> session.get(0).visitor()).distinct().count();
  }

  long sessions() {
    return sessions.size();
  }

  long botSessions() {
    return botSessions.size();
  }

  long botEvents() {
    return botSessions.stream().mapToLong(List::size).sum();
  }

  long engaged() {
    return count(
        session ->
            duration(session).compareTo(ENGAGED) > 0
                || session.stream().filter(event -> PAGE_VIEWS.contains(event.name())).count() >= 2
                || session.stream().anyMatch(event -> event.name().equals(ORDER)));
  }

  long overMidnight() {
    return count(
        session ->
            !session
                .get(0)
                .at()
                .atZone(ZONE)
                .toLocalDate()
                .equals(session.get(session.size() - 1).at().atZone(ZONE).toLocalDate()));
  }

  long withSeveralTabs() {
    return sessions.stream()
        .filter(
            session ->
                session.stream()
                        .map(Event::tab)
                        .filter(java.util.Objects::nonNull)
                        .distinct()
                        .count()
                    > 1)
        .map(session -> session.get(0).visitor())
        .distinct()
        .count();
  }

  /** The most frequent names of events that are no bot's, most frequent first. */
  Map<String, Long> topEvents(int names) {
    Map<String, Long> counts = new TreeMap<>();
    people().forEach(event -> counts.merge(event.name(), 1L, Long::sum));
    Map<String, Long> top = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(names)
        .forEach(entry -> top.put(entry.getKey(), entry.getValue()));
    return top;
  }

  /** Returns the number of sessions that reached each step, in the order of the steps. */
  List<Long> funnel(List<String> steps) {
    long[] reached = new long[steps.size()];
    for (List<Event> session :
        people().stream().collect(Collectors.groupingBy(Event::session)).values()) {
      int step = 0;
      for (Event event : session) {
        if (step < steps.size() && event.name().equals(steps.get(step))) {
          reached[step]++;
          step++;
        }
      }
    }
    return java.util.Arrays.stream(reached).boxed().toList();
  }

  long orderEvents() {
    return people().stream().filter(event -> event.name().equals(ORDER)).count();
  }

  long orders() {
    return firstOfEachOrder().size();
  }

  long revenue(String currency) {
    return values(currency).stream().mapToLong(Long::longValue).sum();
  }

  /** The lower one of two. */
  long medianOrder(String currency) {
    List<Long> values = values(currency);
    return values.get((values.size() - 1) / 2);
  }

  private List<Long> values(String currency) {
    return firstOfEachOrder().stream()
        .filter(event -> currency.equals(event.currency()))
        .map(Event::value)
        .sorted()
        .toList();
  }

  private List<Event> firstOfEachOrder() {
    Set<String> seen = new HashSet<>();
    return people().stream()
        .filter(event -> event.name().equals(ORDER))
        .filter(event -> seen.add(event.order() == null ? event.id() : event.order()))
        .toList();
  }

  private List<Event> people() {
    return events.stream().filter(event -> !event.bot()).toList();
  }

  private long count(Predicate<List<Event>> condition) {
    return sessions.stream().filter(condition).count();
  }

  private static Duration duration(List<Event> session) {
    return Duration.between(session.get(0).at(), session.get(session.size() - 1).at());
  }
}
