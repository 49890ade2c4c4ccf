package io.clickstream.etl.sessionize;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.Columns;
import io.clickstream.testing.TestSpark;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Property: sessionizing gives the same sessions as a plain loop over the events with calendar
 * arithmetic. A Spark run costs the same for one visitor as for hundreds, so each try takes many
 * histories at once.
 */
class AnyHistoryTest {

  private static final List<Duration> GAPS =
      List.of(Duration.ofMinutes(30), Duration.ofHours(6), Duration.ofSeconds(1));
  private static final int HISTORIES = 400;

  private record Event(Instant at, String id) {}

  private static final Comparator<Event> ORDER =
      Comparator.comparing(Event::at).thenComparing(Event::id);

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void sparkAndAPlainLoopGiveTheSameSessions(@ForAll long seed) {
    for (Duration gap : GAPS) {
      Map<String, List<Event>> histories = histories(new Random(seed), gap, HISTORIES);
      Set<String> expected = new TreeSet<>();
      histories.forEach(
          (visitor, events) ->
              sessions(events, gap)
                  .forEach(
                      session ->
                          session.forEach(
                              event -> expected.add(withKey(event, visitor, session)))));
      assertThat(sessionized(histories, gap, seed)).isEqualTo(expected);
    }
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF)
  void anySessionStartIsARegenerationPoint(@ForAll long seed) {
    for (Duration gap : GAPS) {
      Map<String, List<Event>> rests = new TreeMap<>();
      Set<String> expected = new TreeSet<>();
      histories(new Random(seed), gap, 60)
          .forEach(
              (visitor, events) -> {
                List<List<Event>> sessions = sessions(events, gap);
                for (int from = 1; from < sessions.size(); from++) {
                  String visitorFrom = visitor + " from " + from;
                  List<Event> rest = new ArrayList<>();
                  for (List<Event> session : sessions.subList(from, sessions.size())) {
                    rest.addAll(session);
                    for (Event event : session) {
                      expected.add(withKey(event, visitorFrom, session));
                    }
                  }
                  rests.put(visitorFrom, rest);
                }
              });
      assertThat(sessionized(rests, gap, seed)).isEqualTo(expected);
    }
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF)
  void eachEventHasOneSessionAndNoSessionExceeds18Hours(@ForAll long seed) {
    Duration gap = GAPS.get(0);
    Map<String, List<Event>> histories = histories(new Random(seed), gap, HISTORIES);
    SessionRules rules = new SessionRules(gap, "UTC", List.of());
    List<Row> summaries = Sessionized.of(dataset(histories, seed), rules).sessions();
    Map<String, String> expected = new TreeMap<>();
    histories.forEach(
        (visitor, events) ->
            sessions(events, gap)
                .forEach(
                    session ->
                        expected.put(
                            SessionEvent.key(visitor, session.get(0).id()),
                            session.size() + " " + session.get(session.size() - 1).id())));
    Map<String, String> actual = new TreeMap<>();
    for (Row summary : summaries) {
      assertThat((Long) get(summary, "duration_s")).isBetween(0L, Duration.ofHours(18).toSeconds());
      actual.put(
          (String) get(summary, "session_key"),
          get(summary, "event_count") + " " + get(summary, "last_event_id"));
    }
    assertThat(summaries).hasSameSizeAs(actual.keySet());
    assertThat(actual).isEqualTo(expected);
  }

  private static Object get(Row session, String column) {
    return session.get(Columns.SESSION.indexOf(column));
  }

  /**
   * Returns events of visitors with one event up to chains of days, dense around the boundaries.
   */
  private static Map<String, List<Event>> histories(Random random, Duration gap, int count) {
    Map<String, List<Event>> histories = new TreeMap<>();
    for (int visitor = 0; visitor < count; visitor++) {
      Instant at =
          Instant.parse(visitor % 5 == 0 ? "1969-12-29T00:00:00Z" : "2026-12-29T00:00:00Z")
              .plus(
                  random.nextInt(12 * 3_600) * (random.nextBoolean() ? 1L : 0L),
                  ChronoUnit.SECONDS);
      List<Event> events = new ArrayList<>();
      int size = 1 + random.nextInt(visitor % 4 == 0 ? 120 : 25);
      boolean patient = random.nextBoolean();
      for (int i = 0; i < size; i++) {
        // Both signs of both halves, so that ties show whether ids order as unsigned bytes.
        String id = new java.util.UUID(random.nextLong(), random.nextLong()).toString();
        events.add(new Event(at, id));
        at = next(random, at, gap, patient);
      }
      events.sort(ORDER);
      histories.put("c:" + visitor, events);
    }
    return histories;
  }

  private static Instant next(Random random, Instant at, Duration gap, boolean patient) {
    Instant mark = markAtOrAfter(at.plusNanos(1_000));
    return switch (random.nextInt(patient ? 9 : 13)) {
      case 0 -> at;
      case 1 -> at.plus(1, ChronoUnit.MICROS);
      case 2, 3 -> at.plus(gap);
      case 4 -> at.plus(gap).minus(1, ChronoUnit.MICROS);
      case 5 -> within(at, mark.minus(1, ChronoUnit.MICROS), gap);
      case 6 -> within(at, mark, gap);
      case 7 -> within(at, mark.plus(1, ChronoUnit.MICROS), gap);
      case 8, 9 -> at.plus((long) (random.nextDouble() * gap.toNanos() / 1_000), ChronoUnit.MICROS);
      case 10 -> at.plus(gap).plus(1, ChronoUnit.MICROS);
      case 11 -> at.plus(Duration.ofHours(6));
      default -> at.plus(random.nextInt(2_000), ChronoUnit.MINUTES);
    };
  }

  /** Returns an instant near a mark if the chain reaches it, else the chain's next step. */
  private static Instant within(Instant at, Instant goal, Duration gap) {
    return goal.isBefore(at) || goal.isAfter(at.plus(gap)) ? at.plus(gap) : goal;
  }

  /** Computes sessions by their definition, event by event. */
  private static List<List<Event>> sessions(List<Event> ordered, Duration gap) {
    List<List<Event>> sessions = new ArrayList<>();
    Instant previous = null;
    Instant cut = null;
    for (Event event : ordered) {
      if (previous == null || Duration.between(previous, event.at()).compareTo(gap) > 0) {
        sessions.add(new ArrayList<>());
        cut = markAtOrAfter(event.at().plus(Duration.ofHours(6)));
      } else if (!event.at().isBefore(cut)) {
        sessions.add(new ArrayList<>());
        while (!event.at().isBefore(cut)) {
          cut = cut.plus(Duration.ofHours(12));
        }
      }
      sessions.get(sessions.size() - 1).add(event);
      previous = event.at();
    }
    return sessions;
  }

  private static Instant markAtOrAfter(Instant at) {
    ZonedDateTime mark = at.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
    while (mark.toInstant().isBefore(at)) {
      mark = mark.plusHours(12);
    }
    return mark.toInstant();
  }

  private static Dataset<Row> dataset(Map<String, List<Event>> histories, long seed) {
    List<Row> rows = new ArrayList<>();
    histories.forEach(
        (visitor, events) ->
            events.forEach(
                event ->
                    rows.add(
                        SessionEvent.at(ChronoUnit.MICROS.between(Instant.EPOCH, event.at()))
                            .id(event.id())
                            .visitor(visitor)
                            .row())));
    Collections.shuffle(rows, new Random(seed));
    return TestSpark.dataset(rows, Columns.SESSION_INPUT.sparkSchema());
  }

  private static Set<String> sessionized(
      Map<String, List<Event>> histories, Duration gap, long seed) {
    SessionRules rules = new SessionRules(gap, "UTC", List.of());
    return Sessionized.of(dataset(histories, seed), rules).eventsWithKeys();
  }

  /** Returns an event with its session key; the key depends on the visitor, too. */
  private static String withKey(Event event, String visitor, List<Event> session) {
    return event.id() + " " + SessionEvent.key(visitor, session.get(0).id());
  }
}
