package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void theMedianOfAnOddNumberIsTheMiddleValueInWhateverOrderTheyCame() {
    assertThat(new Spread(List.of(9.0, 1.0, 2.0)).median()).isEqualTo(2.0);
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(new Spread(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3.0);
  }

  @Test
  void itShowsLeastAndGreatestValueAndTheNumberOfRuns() {
    assertThat(new Spread(List.of(1.204, 0.97, 1.08)))
        .hasToString("median 1.08 (0.97..1.20, 3 runs)");
    assertThat(new Spread(List.of(2.0))).hasToString("median 2.00 (2.00..2.00, 1 run)");
  }

  @Test
  void withoutAValueThereIsNoSpread() {
    assertThatThrownBy(() -> new Spread(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
