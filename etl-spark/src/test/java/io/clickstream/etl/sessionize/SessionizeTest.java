package io.clickstream.etl.sessionize;

import static io.clickstream.etl.sessionize.SessionEvent.at;
import static io.clickstream.etl.sessionize.SessionEvent.key;
import static io.clickstream.etl.sessionize.SessionEvent.micros;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.Columns;
import io.clickstream.testing.TestSpark;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionizeTest {

  private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

  private static SessionRules rules(Duration gap) {
    return new SessionRules(gap, "UTC", List.of());
  }

  private static Map<String, String> keys(Duration gap, List<Row> events) {
    return Sessionized.of(
            TestSpark.dataset(events, Columns.SESSION_INPUT.sparkSchema()), rules(gap))
        .keys();
  }

  /** Returns the instants that start a session among one visitor's events at these instants. */
  private static List<String> starts(Duration gap, List<String> instants) {
    List<Row> events = new ArrayList<>();
    for (int i = 0; i < instants.size(); i++) {
      events.add(at(instants.get(i)).id(i).row());
    }
    Collections.reverse(events);
    Map<String, String> keys = keys(gap, events);
    List<String> starts = new ArrayList<>();
    for (int i = 0; i < instants.size(); i++) {
      String id = SessionEvent.uuid((long) i);
      if (keys.get(id).equals(key("c:a", id))) {
        starts.add(instants.get(i));
      }
    }
    return starts;
  }

  private static List<String> starts(String... instants) {
    return starts(HALF_AN_HOUR, Arrays.asList(instants));
  }

  /** Returns instants at equal distances. */
  private static List<String> every(Duration step, String from, String to) {
    List<String> instants = new ArrayList<>();
    Instant end = Instant.parse(to);
    for (Instant at = Instant.parse(from); !at.isAfter(end); at = at.plus(step)) {
      instants.add(at.toString());
    }
    return instants;
  }

  @Test
  void theOutputIsTheInputWithTwoMoreColumns() {
    Row event = at("2026-11-22T10:00:00Z").with("order_id", "o").row();
    Row row =
        new Sessionize(rules(HALF_AN_HOUR))
            .apply(TestSpark.dataset(List.of(event), Columns.SESSION_INPUT.sparkSchema()))
            .collectAsList()
            .get(0);
    List<String> names = new ArrayList<>(Columns.SESSION_INPUT.names());
    names.addAll(List.of("chain_started_at", "cut"));
    assertThat(row.schema().fieldNames()).containsExactly(names.toArray(String[]::new));
    for (int i = 0; i < event.size(); i++) {
      assertThat(row.get(i)).as(names.get(i)).isEqualTo(event.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000L, 1_800_000_000L, 21_600_000_000L})
  void exactlyTheGapContinuesASessionAndOneMicrosecondMoreStartsOne(long gapMicros) {
    Duration gap = Duration.of(gapMicros, ChronoUnit.MICROS);
    Instant first = Instant.parse("2026-11-22T01:00:00Z");
    String less = first.plus(gap).minus(1, ChronoUnit.MICROS).toString();
    String exactly = first.plus(gap).toString();
    String more = first.plus(gap).plus(1, ChronoUnit.MICROS).toString();
    assertThat(starts(gap, List.of(first.toString(), less))).containsExactly(first.toString());
    assertThat(starts(gap, List.of(first.toString(), exactly))).containsExactly(first.toString());
    assertThat(starts(gap, List.of(first.toString(), more)))
        .containsExactly(first.toString(), more);
  }

  @Test
  void theGapIsMeasuredFromThePreviousEvent() {
    assertThat(
            starts(
                every(Duration.ofMinutes(30), "2026-11-22T01:00:00Z", "2026-11-22T05:00:00Z")
                    .toArray(String[]::new)))
        .containsExactly("2026-11-22T01:00:00Z");
  }

  @Test
  void midnightDoesNotSplitAShortSession() {
    assertThat(starts("2026-11-22T23:59:59.999999Z", "2026-11-23T00:00:00Z"))
        .containsExactly("2026-11-22T23:59:59.999999Z");
    assertThat(starts("2026-12-31T23:45:00Z", "2027-01-01T00:10:00Z"))
        .containsExactly("2026-12-31T23:45:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    // The mark is exactly six hours after the start, so it is the first one and cuts.
    "2026-11-22T06:00:00Z, 2026-11-22T12:00:00Z",
    "2026-11-22T18:00:00Z, 2026-11-23T00:00:00Z",
    "2026-12-31T18:00:00Z, 2027-01-01T00:00:00Z",
    "2024-02-28T18:00:00Z, 2024-02-29T00:00:00Z",
    "1969-12-31T18:00:00Z, 1970-01-01T00:00:00Z",
    "1969-12-31T06:00:00Z, 1969-12-31T12:00:00Z",
    "1960-02-29T05:59:59Z, 1960-02-29T12:00:00Z",
    "2026-11-22T00:00:00Z, 2026-11-22T12:00:00Z",
    // Less than six hours to the mark: the next mark cuts, after almost eighteen hours.
    "2026-11-22T06:00:00.000001Z, 2026-11-23T00:00:00Z",
    "2026-11-22T18:00:00.000001Z, 2026-11-23T12:00:00Z",
    "1969-12-31T18:00:00.000001Z, 1970-01-01T12:00:00Z",
  })
  void aChainIsCutAtTheFirstMarkSixHoursAfterItsStart(String start, String cut) {
    Instant mark = Instant.parse(cut);
    List<String> instants =
        new ArrayList<>(every(Duration.ofMinutes(20), start, mark.minusMillis(1).toString()));
    String before = mark.minus(1, ChronoUnit.MICROS).toString();
    instants.add(before);
    instants.add(cut);
    instants.add(mark.plus(1, ChronoUnit.MICROS).toString());
    assertThat(starts(instants.toArray(String[]::new))).containsExactly(start, cut);
    instants.remove(cut);
    assertThat(starts(instants.toArray(String[]::new)))
        .containsExactly(start, mark.plus(1, ChronoUnit.MICROS).toString());
  }

  @Test
  void aChainIsCutAtEachMarkAfterItsFirst() {
    assertThat(
            starts(
                every(Duration.ofMinutes(25), "2026-12-30T07:10:00Z", "2027-01-01T13:00:00Z")
                    .toArray(String[]::new)))
        .containsExactly(
            "2026-12-30T07:10:00Z",
            "2026-12-31T00:15:00Z",
            "2026-12-31T12:20:00Z",
            "2027-01-01T00:00:00Z",
            "2027-01-01T12:05:00Z");
  }

  @Test
  void aNewChainHasItsOwnFirstMark() {
    List<String> instants =
        every(Duration.ofMinutes(20), "2026-11-22T00:00:00Z", "2026-11-22T08:00:00Z");
    instants.addAll(every(Duration.ofMinutes(20), "2026-11-22T08:31:00Z", "2026-11-22T23:51:00Z"));
    assertThat(starts(instants.toArray(String[]::new)))
        .containsExactly("2026-11-22T00:00:00Z", "2026-11-22T08:31:00Z");
  }

  @Test
  void noSessionExceeds18Hours() {
    List<String> starts =
        starts(
            every(Duration.ofMinutes(7), "2026-11-22T06:00:01Z", "2026-11-25T06:00:00Z")
                .toArray(String[]::new));
    for (int i = 1; i < starts.size(); i++) {
      assertThat(Duration.between(Instant.parse(starts.get(i - 1)), Instant.parse(starts.get(i))))
          .isLessThan(Duration.ofHours(18).plus(HALF_AN_HOUR));
    }
    assertThat(starts).hasSize(6);
  }

  @Test
  void tiesAreOrderedByTheUnsignedBytesOfTheEventId() {
    String instant = "2026-11-22T10:00:00Z";
    String low = "00000000-0000-4000-8000-000000000001";
    String middle = "7fffffff-ffff-4fff-8fff-ffffffffffff";
    String high = "80000000-0000-4000-8000-000000000000";
    Map<String, String> keys =
        keys(
            HALF_AN_HOUR,
            List.of(
                at(instant).id(high).row(),
                at(instant).id(low).row(),
                at(instant).id(middle).row()));
    assertThat(keys.values()).containsOnly(key("c:a", low));
    assertThat(
            keys(HALF_AN_HOUR, List.of(at(instant).id(high).row(), at(instant).id(middle).row()))
                .values())
        .containsOnly(key("c:a", middle));
  }

  @Test
  void tiesAtAMarkStartOneSession() {
    List<Row> events = new ArrayList<>();
    long start = micros("2026-11-22T06:00:00Z");
    for (int i = 0; i < 18; i++) {
      events.add(at(start + i * 1_200_000_000L).id(100 + i).row());
    }
    String mark = "2026-11-22T12:00:00Z";
    events.add(at(mark).id(2).row());
    events.add(at(mark).id(1).row());
    Map<String, String> keys = keys(HALF_AN_HOUR, events);
    assertThat(keys.get(SessionEvent.uuid(1L))).isEqualTo(key("c:a", SessionEvent.uuid(1L)));
    assertThat(keys.get(SessionEvent.uuid(2L))).isEqualTo(key("c:a", SessionEvent.uuid(1L)));
    assertThat(keys.get(SessionEvent.uuid(117L))).isEqualTo(key("c:a", SessionEvent.uuid(100L)));
  }

  @Test
  void visitorsDoNotShareSessions() {
    String instant = "2026-11-22T10:00:00Z";
    Map<String, String> keys =
        keys(
            HALF_AN_HOUR,
            List.of(
                at(instant).id(1).visitor("c:a").row(),
                at(instant).id(2).visitor("c:A").row(),
                at(instant).id(3).visitor("u:a").row()));
    assertThat(keys)
        .containsEntry(SessionEvent.uuid(1L), key("c:a", SessionEvent.uuid(1L)))
        .containsEntry(SessionEvent.uuid(2L), key("c:A", SessionEvent.uuid(2L)))
        .containsEntry(SessionEvent.uuid(3L), key("u:a", SessionEvent.uuid(3L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c:Đặng Thị Ế", "u:\uD83D\uDCBB", "s:a\nb", "c:'\"\\", "e:x "})
  void theKeyIsTheNameBasedUuidOfTheVisitorsUtf8(String visitor) {
    Row event = at("2026-11-22T10:00:00Z").id(1).visitor(visitor).row();
    assertThat(keys(HALF_AN_HOUR, List.of(event)))
        .containsEntry(SessionEvent.uuid(1L), key(visitor, SessionEvent.uuid(1L)));
  }

  @Test
  void theKeyIsThatOfOtherUuidImplementations() {
    // Python: uuid5(uuid5(UUID('7d1c6d0e-…'), 'session'), 'v1\nc:a\n00000000-…-000000000001')
    String first = "00000000-0000-4000-8000-000000000001";
    Row event = at("2026-11-22T10:00:00Z").id(first).row();
    assertThat(keys(HALF_AN_HOUR, List.of(event)))
        .containsEntry(first, "89fd8bcb-dcc3-54ae-a317-527753aedc8d");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ansiModeMakesNoDifference(boolean ansi) {
    List<Row> events = new ArrayList<>();
    List<String> instants =
        every(Duration.ofMinutes(25), "1969-12-30T07:10:00Z", "1970-01-01T13:00:00Z");
    for (int i = 0; i < instants.size(); i++) {
      events.add(at(instants.get(i)).id(i).row());
    }
    Dataset<Row> input =
        TestSpark.session(ansi).createDataFrame(events, Columns.SESSION_INPUT.sparkSchema());
    assertThat(Sessionized.of(input, rules(HALF_AN_HOUR)).keys().values().stream().distinct())
        .hasSize(5);
  }

  @Test
  void noEventsGiveNoRows() {
    assertThat(keys(HALF_AN_HOUR, List.of())).isEmpty();
  }
}
