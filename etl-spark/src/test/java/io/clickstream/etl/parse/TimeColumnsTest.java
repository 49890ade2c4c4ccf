package io.clickstream.etl.parse;

import static io.clickstream.etl.parse.ParsedRecord.KEY;
import static io.clickstream.etl.parse.ParsedRecord.LAST_MODIFIED;
import static io.clickstream.etl.parse.ParsedRecord.RECEIVED_AT;
import static io.clickstream.etl.parse.ParsedRecord.micros;
import static io.clickstream.etl.parse.ParsedRecord.with;
import static org.assertj.core.api.Assertions.assertThat;

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
