package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {

  private final List<String> order = new ArrayList<>();

  private Turns turns(int warmUps, int rounds) throws Exception {
    return new Turns(warmUps, rounds, program("a", 2), program("b", 6), program("c", 4));
  }

  private Program program(String name, double value) {
    return new Program(
        name,
        () -> {
          order.add(name);
          return value;
        });
  }

  @Test
  void theProgramThatGoesFirstChangesFromRoundToRound() throws Exception {
    turns(0, 3);
    assertThat(String.join("", order)).isEqualTo("abc" + "bca" + "cab");
  }

  @Test
  void warmUpsRunButDoNotCount() throws Exception {
    assertThat(turns(1, 2).spread("a").runs()).isEqualTo(2);
    assertThat(order).hasSize(9);
  }

  @Test
  void aRatioIsThatOfTheMedians() throws Exception {
    assertThat(turns(0, 3).ratio("b", "a")).isEqualTo(new Ratio(3, new Spread(3, 3, 3, 3)));
  }

  @Test
  void aMedianIsTheMiddleValueOrTheMeanOfTheMiddleTwo() {
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9, 3));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3);
  }

  @Test
  void noValuesHaveNoMedian() {
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRatioUpToTheLimitMeetsTheTargetAndNotANumberMeetsNone() {
    assertThat(Target.atMost(1.3, "time", Ratio.once(1.3)).met()).isTrue();
    assertThat(Target.atMost(1.3, "time", Ratio.once(Math.nextUp(1.3))).met()).isFalse();
    assertThat(Target.atLeast(1.3, "speed", Ratio.once(1.3)).met()).isTrue();
    assertThat(Target.atLeast(1.3, "speed", Ratio.once(Math.nextDown(1.3))).met()).isFalse();
    assertThat(Target.atMost(1.3, "time", Ratio.once(Double.NaN)).met()).isFalse();
    assertThat(Target.atLeast(1.3, "speed", Ratio.once(Double.NaN)).met()).isFalse();
  }
}
