package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowPeerTest {

  private final List<String> order = new ArrayList<>();

  private SlowPeer slowPeer(int rounds) throws IOException, SQLException {
    return new SlowPeer(
        "peer", rounds, List.of(10, 20), 100, n -> run("ours", n), n -> run("peer", n));
  }

  /** Ours takes 0.1 s an object, the peer 1 s and 5 s to start. */
  private double run(String who, int objects) {
    order.add(who + objects);
    return who.equals("ours") ? objects * 0.1 : 5 + objects;
  }

  @Test
  void ratesAreComparedThePeersAtItsGreatestSize() throws IOException, SQLException {
    Bar bar = slowPeer(1).fasterAtLeast(12.5, "x");
    assertThat(bar.measured()).isEqualTo(10 / (20 / 25.0));
    assertThat(bar.holds()).isTrue();
  }

  @Test
  void whoGoesFirstChangesFromRoundToRound() throws IOException, SQLException {
    slowPeer(2);
    assertThat(order).containsExactly("ours100", "peer10", "peer20", "peer10", "peer20", "ours100");
  }

  @Test
  void allRatesAreShown() throws IOException, SQLException {
    assertThat(slowPeer(1).figure("x").values().keySet())
        .containsExactly("ours, 100 objects", "peer, 10 objects", "peer, 20 objects");
  }
}
