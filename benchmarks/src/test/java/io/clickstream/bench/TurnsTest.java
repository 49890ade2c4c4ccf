package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Turns.Program;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final List<String> order = new ArrayList<>();

  private Turns turns(int warmUps, int rounds) throws IOException, SQLException {
    return new Turns(warmUps, rounds, program("a", 2), program("b", 6), program("c", 4));
  }

  private Program program(String name, double seconds) {
    return new Program(
        name,
        () -> {
          order.add(name);
          return seconds;
        });
  }

  @Test
  void whoGoesFirstChangesFromRoundToRound() throws IOException, SQLException {
    turns(0, 3);
    assertThat(String.join("", order)).isEqualTo("abc" + "bca" + "cab");
  }

  @Test
  void warmUpsRunButDoNotCount() throws IOException, SQLException {
    assertThat(turns(1, 2).spread("a").values()).hasSize(2);
    assertThat(order).hasSize(9);
  }

  @Test
  void theSpeedUpIsTheOthersTimeOverOurs() throws IOException, SQLException {
    assertThat(turns(0, 3).speedUpAtLeast(3, "x", "a", "b").measured()).isEqualTo(3);
    assertThat(turns(0, 3).speedUpAtLeast(2, "x", "a", "c").holds()).isTrue();
    assertThat(turns(0, 3).slowDownAtMost(0.5, "x", "a", "c").measured()).isEqualTo(0.5);
    assertThat(turns(0, 3).slowDownAtMost(0.3, "x", "a", "b").holds()).isFalse();
  }

  @Test
  void theFigureHasEverybodysSecondsInTheirOrder() throws IOException, SQLException {
    assertThat(turns(0, 1).figure("who").lines())
        .containsExactly(
            "who, a: s median 2.00 (2.00..2.00, 1 run)",
            "who, b: s median 6.00 (6.00..6.00, 1 run)",
            "who, c: s median 4.00 (4.00..4.00, 1 run)");
  }
}
