package io.clickstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.event.Limits;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TrafficOptionsTest {

  private final TrafficOptions options = TrafficOptions.standard();

  @Test
  void thePeriodIsHalfOpen() {
    assertThat(options.end()).isEqualTo("2026-11-22T12:00:00Z");
  }

  @Test
  void noEventsAreRefused() {
    assertThatThrownBy(() -> options.withEvents(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot simulate traffic: events is 0. Give at least 1.");
  }

  @Test
  void durationsBetweenAMinuteAndALeapYearAreAccepted() {
    assertThat(options.withDuration(Duration.ofMinutes(1)).duration()).hasMinutes(1);
    assertThat(options.withDuration(Duration.ofDays(366)).duration()).hasDays(366);
    assertThatThrownBy(() -> options.withDuration(Duration.ofMillis(59_999)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withDuration(Duration.ofDays(366).plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void timesFinerThanAMillisecondAreRefused() {
    assertThatThrownBy(() -> options.withStart(options.start().plusNanos(1_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thePeriodIsWithinTheUsableTimestamps() {
    Instant latest = Limits.LATEST.minus(options.duration());
    assertThat(options.withStart(Limits.EARLIEST).start()).isEqualTo(Limits.EARLIEST);
    assertThat(options.withStart(latest).end()).isEqualTo(Limits.LATEST);
    assertThatThrownBy(() -> options.withStart(Limits.EARLIEST.minusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withStart(latest.plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
