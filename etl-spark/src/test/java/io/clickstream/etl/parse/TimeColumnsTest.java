package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.KEY;
import static io.clickstream.etl.parse.ParsedRecord.LAST_MODIFIED;
import static io.clickstream.etl.parse.ParsedRecord.RECEIVED_AT;
import static io.clickstream.etl.parse.ParsedRecord.micros;
import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeColumnsTest {

  private static final long RECEIVED = 1_795_352_707_123_456L;

  private Object timestamp(String payload) {
    return ParsedRecord.of(payload).get("event_timestamp");
  }

  private String coerced(String payload) {
    return ParsedRecord.of(payload).coerced();
  }

  @Test
  void theTimeOfReceptionIsPreferred() {
    assertThat(
            timestamp(
                "{'_ingest':{'receivedAt':'2026-11-22T13:05:07.1234567Z'},"
                    + "'event_timestamp':'2026-01-01T00:00:00Z'}"))
        .isEqualTo(micros("2026-11-22T13:05:07.123456Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'yesterday'",
        "'12:30'",
        "'9999-01-01T00:00:00Z'",
        "'2026-11-22'",
        "true",
        "1.5",
        "{}",
        "[]",
      })
  void anUnusableTimeOfReceptionIsReportedAndTheNextSourceIsUsed(String receivedAt) {
    String payload =
        "{'_ingest':{'receivedAt':"
            + receivedAt
            + "},'event_timestamp':'2026-11-22T20:00:00+07:00'}";
    assertThat(timestamp(payload)).isEqualTo(micros("2026-11-22T13:00:00Z"));
    assertThat(coerced(payload)).isEqualTo("_ingest.receivedAt");
  }

  @Test
  void theCamelCaseNameIsUsedIfTheOtherIsUnusable() {
    assertThat(timestamp("{'eventTimestamp':1795352707123}"))
        .isEqualTo(micros("2026-11-22T13:05:07.123Z"));
    assertThat(timestamp("{'event_timestamp':'x','eventTimestamp':'1795352707123'}"))
        .isEqualTo(micros("2026-11-22T13:05:07.123Z"));
    assertThat(
            timestamp("{'eventTimestamp':1795352707123,'event_timestamp':'2026-11-22T13:00:00Z'}"))
        .isEqualTo(micros("2026-11-22T13:00:00Z"));
  }

  @Test
  void theLastSourceIsTheLastModificationFlooredToSeconds() {
    assertThat(timestamp("{'a':1}")).isEqualTo(micros("2026-11-22T13:05:08Z"));
    assertThat(timestamp("{'event_timestamp':'yesterday','eventTimestamp':'12:30'}"))
        .isEqualTo(micros("2026-11-22T13:05:08Z"));
  }

  /** The key's hour ends at 14:00. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-23T13:59:59.999999Z, true",
    "2026-11-23T14:00:00Z, true",
    "1795442400000, true",
    "2026-11-23T14:00:00.0000009Z, true",
    "2026-11-23T14:00:00.000001Z, false",
    "1795442400001, false",
    "2099-11-22T13:05:07Z, false",
    "2000-01-01T00:00:00Z, true",
  })
  void aTimeMoreThanADayAfterTheHourOfTheKeyIsUnusable(String time, boolean isUsable) {
    for (String field : List.of("event_timestamp", "eventTimestamp")) {
      ParsedRecord event = ParsedRecord.of("{'%s':'%s'}".formatted(field, time));
      assertThat(event.coerced()).isEqualTo(isUsable ? null : "event_timestamp");
      assertThat(event.get("event_timestamp").equals(micros("2026-11-22T13:05:08Z")))
          .isEqualTo(!isUsable);
    }
    ParsedRecord event =
        ParsedRecord.of(
            "{'_ingest':{'receivedAt':'%s'},'event_timestamp':'2026-11-22T13:00:00Z'}"
                .formatted(time));
    assertThat(event.coerced()).isEqualTo(isUsable ? null : "_ingest.receivedAt");
    assertThat(event.get("event_timestamp").equals(micros("2026-11-22T13:00:00Z")))
        .isEqualTo(!isUsable);
  }

  @Test
  void theNextNameIsUsedIfTheTimeOfTheFirstIsTooLate() {
    ParsedRecord event =
        ParsedRecord.of(
            "{'event_timestamp':'2026-11-23T14:00:01Z','eventTimestamp':'2026-11-23T14:00:00Z'}");
    assertThat(event.get("event_timestamp")).isEqualTo(micros("2026-11-23T14:00:00Z"));
    assertThat(event.coerced()).isEqualTo("event_timestamp");
  }

  /** Their difference counts, not the clock. */
  @Test
  void theClientsTimesMayBeLater() {
    ParsedRecord event =
        with("'sentAt':'2030-01-01T00:00:01Z','clientTimestamp':'2030-01-01T00:00:00Z'");
    assertThat(event.coerced()).isNull();
    assertThat(event.get("occurred_at")).isEqualTo(RECEIVED - 1_000_000);
  }

  @Test
  void eachRecordIsComparedWithItsOwnHour() throws Exception {
    EventParser parser = new EventParser(new ParseRules(0));
    byte[] body = ParsedRecord.bytes("{'event_timestamp':'2026-11-23T14:00:00.000001Z'}");
    long lastModified = micros("2026-11-22T13:00:00Z");
    for (String hour : List.of("13", "14", "13")) {
      String key = KEY.replace("/13/", "/" + hour + "/");
      Object time = parser.parse(key, lastModified, body, body.length)[1];
      assertThat(time.equals(lastModified)).as(hour).isEqualTo(hour.equals("13"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999999, 0",
    "-1, -1000000",
    "-1000000, -1000000",
    "9999999999999999, 9999999999000000"
  })
  void aLastModificationOutsideOfTheUsableYearsIsUsed(long lastModified, long expected)
      throws Exception {
    byte[] body = ParsedRecord.bytes("{'a':1}");
    Object[] event = new EventParser(new ParseRules(0)).parse(KEY, lastModified, body, body.length);
    assertThat(event[1]).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'x'", "[]", "7", "null"})
  void anIngestBlockThatIsNotAnObjectIsIgnored(String ingest) {
    assertThat(timestamp("{'_ingest':" + ingest + ",'a':1}"))
        .isEqualTo(micros("2026-11-22T13:05:08Z"));
  }

  private Object occurred(String sentAt, String clientTimestamp) {
    return with("'sentAt':'" + sentAt + "','clientTimestamp':'" + clientTimestamp + "'")
        .get("occurred_at");
  }

  @Test
  void theTimeInTheClientsQueueIsSubtracted() {
    assertThat(micros(RECEIVED_AT)).isEqualTo(RECEIVED);
    assertThat(occurred("2026-11-22T15:00:00.5Z", "2026-11-22T15:00:00.25Z"))
        .isEqualTo(RECEIVED - 250_000);
    assertThat(with("'sentAt':1795352700500,'clientTimestamp':1795352700000").get("occurred_at"))
        .isEqualTo(RECEIVED - 500_000);
  }

  @Test
  void aWrongClientClockDoesNotChangeTheResult() {
    assertThat(occurred("2009-01-01T00:00:10Z", "2009-01-01T00:00:00Z"))
        .isEqualTo(RECEIVED - 10_000_000);
  }

  @Test
  void anEventThatWasNotQueuedOccurredAtItsTimestamp() {
    assertThat(occurred("2026-11-22T15:00:00Z", "2026-11-22T15:00:00Z")).isEqualTo(RECEIVED);
  }

  @Test
  void aQueueTimeOfSevenDaysCountsAndOneMicrosecondMoreDoesNot() {
    assertThat(occurred("2026-11-22T15:00:00Z", "2026-11-15T15:00:00Z"))
        .isEqualTo(RECEIVED - 7L * 86_400_000_000L);
    assertThat(occurred("2026-11-22T15:00:00.000001Z", "2026-11-15T15:00:00Z")).isEqualTo(RECEIVED);
  }

  @Test
  void aNegativeQueueTimeIsIgnored() {
    assertThat(occurred("2026-11-22T15:00:00Z", "2026-11-22T15:00:00.000001Z")).isEqualTo(RECEIVED);
  }

  @Test
  void withoutBothClientTimesTheEventOccurredWhenItWasReceived() {
    assertThat(with("'sentAt':'2026-11-22T15:00:00Z'").get("occurred_at")).isEqualTo(RECEIVED);
    assertThat(with("'clientTimestamp':1795352700000").get("occurred_at")).isEqualTo(RECEIVED);
    ParsedRecord unusable = with("'sentAt':'now','clientTimestamp':'9999-01-01T00:00:00Z'");
    assertThat(unusable.get("occurred_at")).isEqualTo(RECEIVED);
    assertThat(unusable.coerced()).isEqualTo("client_timestamp,sent_at");
  }

  @Test
  void theQueueTimeIsAlsoSubtractedFromALastModification() {
    assertThat(
            ParsedRecord.of("{'sentAt':1795352700500,'clientTimestamp':1795352700000}")
                .get("occurred_at"))
        .isEqualTo(Math.floorDiv(LAST_MODIFIED, 1_000_000L) * 1_000_000L - 500_000);
  }

  @Test
  void theClientsTimesAreKeptAsTheyAre() {
    ParsedRecord event = with("'sentAt':1.7953527005E12,'clientTimestamp':'2009-01-01T00:00:00Z'");
    assertThat(event.get("sent_at")).isEqualTo(micros("2026-11-22T13:05:00.5Z"));
    assertThat(event.get("client_timestamp")).isEqualTo(micros("2009-01-01T00:00:00Z"));
    assertThat(with("'sentAt':'now'").get("sent_at")).isNull();
    assertThat(with("'a':1").get("client_timestamp")).isNull();
  }

  @Test
  void theEventTimestampIsNeverCorrected() {
    assertThat(
            with("'sentAt':1795352700500,'clientTimestamp':1795352700000").get("event_timestamp"))
        .isEqualTo(RECEIVED);
  }
}
