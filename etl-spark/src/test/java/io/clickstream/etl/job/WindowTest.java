package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

  private static final Window.Follow FOLLOW =
      new Window.Follow(Duration.ofSeconds(15), Duration.ofHours(4), false);

  @ParameterizedTest
  @CsvSource({
    "22T13:59:59.999999, 12 13",
    "22T14:00:00, 13 14",
    "22T14:59:59.999999, 13 14",
  })
  void aStepVisitsTheCurrentHourAndTheOneBefore(String now, String hours) {
    assertThat(FOLLOW.recentHours(at(now)))
        .isEqualTo(Stream.of(hours.split(" ")).map(hour -> at("22T" + hour + ":00:00")).toList());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "72, 73"})
  void aVisitOfAllHoursReachesBackAsFarAsGiven(int lookBack, int hours) throws Exception {
    List<Instant> all =
        new Window.Follow(Duration.ofSeconds(15), Duration.ofHours(lookBack), false)
            .hours(null, List.of(), at("22T13:10:00"));
    assertThat(all).hasSize(hours);
    assertThat(all.get(hours - 1)).isEqualTo(at("22T13:00:00"));
  }

  private static Instant at(String dayAndTime) {
    return Instant.parse("2026-11-" + dayAndTime + "Z");
  }
}
