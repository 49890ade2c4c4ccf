package io.clickstream.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ingest.FunctionUnderTest;
import io.clickstream.ingest.Requests;
import io.clickstream.ingest.StoredObjects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceptionTimeTest {

  private static final Instant GATEWAY = Instant.parse("2026-11-22T13:05:06.123Z");
  private static final Instant NOW = Instant.parse("2026-11-22T13:05:08.523456789Z");
  private static final Instant NOW_IN_MICROSECONDS = Instant.parse("2026-11-22T13:05:08.523456Z");

  @Test
  void isTheGatewaysTimeOfTheRequest() throws IOException {
    assertThat(receptionTime("" + GATEWAY.toEpochMilli(), NOW)).isEqualTo(GATEWAY);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600_000, -3_599_999, -1, 0, 1, 3_599_999, 3_600_000})
  void theGatewaysTimeMayBeAnHourOff(long millis) throws IOException {
    Instant now = GATEWAY.plusMillis(millis);

    assertThat(receptionTime("" + GATEWAY.toEpochMilli(), now)).isEqualTo(GATEWAY);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600_001, 3_600_001, 86_400_000})
  void theClockCountsWhenTheGatewaysTimeIsMoreThanAnHourOff(long millis) throws IOException {
    Instant now = GATEWAY.plusMillis(millis);

    assertThat(receptionTime("" + GATEWAY.toEpochMilli(), now)).isEqualTo(now);
  }

  @Test
  void theClockCountsOneNanosecondBeyondTheHour() throws IOException {
    Instant now = GATEWAY.plus(Duration.ofHours(1)).plusNanos(1);

    assertThat(receptionTime("" + GATEWAY.toEpochMilli(), now))
        .isEqualTo(GATEWAY.plus(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"\"",
        "\"now\"",
        "{}",
        "[]",
        "true",
        "0",
        "-1",
        "1.795352706123E12",
        "9223372036854775807",
        "92233720368547758070"
      })
  void theClockCountsWhenTheGatewaysTimeIsUnusable(String timeEpoch) throws IOException {
    assertThat(receptionTime(timeEpoch, NOW)).isEqualTo(NOW_IN_MICROSECONDS);
  }

  @Test
  void theClockCountsWhenTheGatewaySendsNoTime() {
    FunctionUnderTest function = new FunctionUnderTest();
    ObjectNode event = Requests.recorded("plain");
    ((ObjectNode) event.get("requestContext")).remove("timeEpoch");

    function.call(event);

    assertThat(StoredObjects.receivedAt(function.stored().only()))
        .isEqualTo("2026-11-22T13:05:06.123456Z");
  }

  @Test
  void theHourOfTheKeyIsThatOfTheGatewaysTime() {
    FunctionUnderTest function = new FunctionUnderTest();
    ObjectNode event = Requests.recorded("plain");
    Instant lastMillisecond = Instant.parse("2026-11-22T12:59:59.999Z");
    ((ObjectNode) event.get("requestContext")).put("timeEpoch", lastMillisecond.toEpochMilli());

    function.call(event);

    assertThat(function.stored().all().keySet())
        .singleElement()
        .asString()
        .startsWith("events/2026/11/22/12/");
    assertThat(StoredObjects.receivedAt(function.stored().only()))
        .isEqualTo("2026-11-22T12:59:59.999000Z");
  }

  /** A cold start delays the first of two requests, and the second one goes to a warm process. */
  @Test
  void aColdStartDoesNotDateAnEventAfterTheNextOne() throws IOException {
    Instant coldStarted = GATEWAY.plusMillis(2_400);
    Instant warm = GATEWAY.plusMillis(1_600);

    Instant first = receptionTime("" + GATEWAY.toEpochMilli(), coldStarted);
    Instant second = receptionTime("" + GATEWAY.plusMillis(1_500).toEpochMilli(), warm);

    assertThat(first).isBefore(second);
  }

  private static Instant receptionTime(String timeEpoch, Instant now) throws IOException {
    JsonNode value = FunctionUnderTest.parsed(timeEpoch);
    ObjectNode event = Requests.recorded("plain");
    ((ObjectNode) event.get("requestContext")).set("timeEpoch", value);
    byte[] json = event.toString().getBytes(StandardCharsets.UTF_8);
    return ReceptionTime.of(GatewayRequest.read(new ByteArrayInputStream(json)), now);
  }
}
