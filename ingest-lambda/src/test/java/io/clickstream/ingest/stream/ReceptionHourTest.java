package io.clickstream.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceptionHourTest {

  private static final Instant ARRIVAL = Instant.parse("2026-11-22T13:00:02Z");
  private static final Instant HOUR_OF_ARRIVAL = ARRIVAL.truncatedTo(ChronoUnit.HOURS);

  private static Instant hour(String data) {
    return ReceptionHour.of(
        new ShardRecord("s", "1", ARRIVAL, data.getBytes(StandardCharsets.UTF_8)));
  }

  private static String line(Object receivedAt) {
    return "{\"a\":1,\"_ingest\":{\"receivedAt\":\"" + receivedAt + "\",\"path\":\"/\"}}\n";
  }

  @Test
  void isThatOfTheFirstLine() {
    assertThat(hour(line("2026-11-22T12:59:59.999000Z") + line("2026-11-22T13:00:00.000001Z")))
        .isEqualTo("2026-11-22T12:00:00Z");
    assertThat(hour(line("2026-11-22T13:00:00.000000Z"))).isEqualTo("2026-11-22T13:00:00Z");
  }

  @Test
  void blocksOfTheClientDoNotCount() {
    assertThat(
            hour(
                "{\"x\":{\"_ingest\":{\"receivedAt\":\"2026-11-22T12:00:00Z\"}},"
                    + "\"y\":\"\\\"_ingest\\\":{\\\"receivedAt\\\":\\\"2026-11-22T12:00:00Z\\\"}\","
                    + "\"_ingest\":{\"receivedAt\":\"2026-11-22T13:00:01Z\"}}"))
        .isEqualTo("2026-11-22T13:00:00Z");
  }

  @Test
  void timesFarFromTheArrivalDoNotCount() {
    Duration limit = Duration.ofHours(2);
    assertThat(hour(line(ARRIVAL.minus(limit)))).isEqualTo("2026-11-22T11:00:00Z");
    assertThat(hour(line(ARRIVAL.plus(limit)))).isEqualTo("2026-11-22T15:00:00Z");
    assertThat(hour(line(ARRIVAL.minus(limit).minusNanos(1)))).isEqualTo(HOUR_OF_ARRIVAL);
    assertThat(hour(line(ARRIVAL.plus(limit).plusNanos(1)))).isEqualTo(HOUR_OF_ARRIVAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "no json",
        "[1]",
        "{\"_ingest\":1}",
        "{\"_ingest\":{\"receivedAt\":5}}",
        "{\"_ingest\":{\"receivedAt\":\"yesterday\"}}",
        "{\"_ingest\":{\"receivedAt\":\"2026-11-22T12:00:00Z\"",
        "{\"_ingest\":{\"receivedAt\":\"+1000000000-12-31T23:59:59Z\"}}"
      })
  void recordsWithoutAUsableTimeHaveTheHourOfTheirArrival(String data) {
    assertThat(hour(data)).isEqualTo(HOUR_OF_ARRIVAL);
  }
}
