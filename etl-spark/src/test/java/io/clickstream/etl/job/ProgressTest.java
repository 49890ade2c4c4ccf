package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProgressTest {

  /** A clock that is put forward by hand. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-11-22T00:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final HandClock clock = new HandClock();

  @Test
  void theLineHasPaceAndTimeLeft() {
    Progress progress = new Progress(clock, 48, 48);
    clock.advance(Duration.ofSeconds(30));
    progress.add(24, 24, 60_000);
    assertThat(progress).hasToString("hour 24 of 48, 2,000 records/s, about 30 s left");
    assertThat(progress.hasHoursLeft()).isTrue();
    clock.advance(Duration.ofSeconds(60));
    progress.add(24, 24, 60_000);
    assertThat(progress.hasHoursLeft()).isFalse();
  }

  @Test
  void loadedHoursDoNotShortenTheEstimate() {
    Progress progress = new Progress(clock, 8_760, 8_760);
    for (int day = 0; day < 100; day++) {
      clock.advance(Duration.ofMillis(200));
      progress.add(24, 24, 0);
    }
    for (int day = 0; day < 10; day++) {
      clock.advance(Duration.ofSeconds(48));
      progress.add(24, 24, 480_000);
    }
    // 6,120 hours at 2 s.
    assertThat(progress)
        .hasToString("hour 2,640 of 8,760, 10,000 records/s, about 3 h 24 min left");
  }

  @Test
  void hoursWithoutObjectsTakeNoTime() {
    Progress progress = new Progress(clock, 100, 20);
    clock.advance(Duration.ofSeconds(30));
    progress.add(40, 15, 60_000);
    assertThat(progress).hasToString("hour 40 of 100, 2,000 records/s, about 10 s left");
    clock.advance(Duration.ofSeconds(10));
    progress.add(10, 5, 20_000);
    assertThat(progress).hasToString("hour 50 of 100, 2,000 records/s, about 1 s left");
    // An hour that has got its first object since the run began.
    progress.add(1, 1, 1);
    assertThat(progress.toString()).endsWith("about 1 s left");
  }

  @Test
  void aSliceThatTakesNoTimeHasAnEstimate() {
    Progress progress = new Progress(clock, 2, 2);
    progress.add(1, 1, 0);
    assertThat(progress).hasToString("hour 1 of 2, 0 records/s, about 1 s left");
  }
}
