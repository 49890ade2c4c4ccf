package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuelTest {

  private final List<String> order = new ArrayList<>();

  private Duel duel(int warmUps, int rounds) throws IOException, SQLException {
    return Duel.of(warmUps, rounds, () -> run("ours", 2), () -> run("peer", 6));
  }

  private double run(String who, double seconds) {
    order.add(who);
    return seconds;
  }

  @Test
  void whoGoesFirstChangesFromRoundToRound() throws IOException, SQLException {
    duel(0, 2);
    assertThat(order).containsExactly("ours", "peer", "peer", "ours");
  }

  @Test
  void warmUpsRunButDoNotCount() throws IOException, SQLException {
    assertThat(duel(1, 2).ours().values()).hasSize(2);
    assertThat(order).hasSize(6);
  }

  @Test
  void theSpeedUpIsThePeersTimeOverOurs() throws IOException, SQLException {
    assertThat(duel(0, 3).speedUp()).isEqualTo(3);
    assertThat(duel(0, 3).speedUpAtLeast(3, "x").holds()).isTrue();
    assertThat(duel(0, 3).slowDownAtMost(0.3, "x").holds()).isFalse();
  }
}
