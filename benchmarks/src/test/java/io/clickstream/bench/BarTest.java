package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarTest {

  private static final Spread SPREAD = new Spread(List.of(1.1, 1.2, 1.4));

  @Test
  void aValueAtTheBarStillHolds() {
    assertThat(Bar.atMost(1.3, "time", 1.3, SPREAD).holds()).isTrue();
    assertThat(Bar.atLeast(1.3, "speed", 1.3, SPREAD).holds()).isTrue();
  }

  @Test
  void aValueOnTheWrongSideIsShort() {
    assertThat(Bar.atMost(1.3, "time", Math.nextUp(1.3), SPREAD).holds()).isFalse();
    assertThat(Bar.atLeast(1.3, "speed", Math.nextDown(1.3), SPREAD).holds()).isFalse();
  }

  @Test
  void whatIsNoNumberProvesNothing() {
    assertThat(Bar.atMost(1.3, "time", Double.NaN, SPREAD).holds()).isFalse();
    assertThat(Bar.atLeast(1.3, "speed", Double.NaN, SPREAD).holds()).isFalse();
  }

  @Test
  void theLineSaysNameValueBarVerdictAndSpread() {
    assertThat(Bar.atMost(1.3, "time", 1.2, SPREAD).line().split("\\s+"))
        .containsExactly(
            "time", "1.20", "<=", "1.30", "ok", "median", "1.20", "(1.10..1.40,", "3", "runs)");
    assertThat(Bar.atLeast(5, "speed", 1.2, SPREAD).line().split("\\s+"))
        .startsWith("speed", "1.20", ">=", "5.00", "short");
  }
}
