package io.clickstream.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Two programs that do the same, timed in turns: who goes first changes from round to round.
 *
 * @param ours seconds of our runs
 * @param peer seconds of the other's
 * @param speedUps the other's seconds over ours, round by round
 */
public record Duel(Spread ours, Spread peer, Spread speedUps) {

  /** A run; gives its seconds, or throws when its output is wrong. */
  @FunctionalInterface
  public interface Timed {
    double seconds() throws IOException, SQLException;
  }

  /**
   * Runs both.
   *
   * @param warmUps rounds that don't count
   */
  public static Duel of(int warmUps, int rounds, Timed ours, Timed peer)
      throws IOException, SQLException {
    List<Double> ourSeconds = new ArrayList<>();
    List<Double> peerSeconds = new ArrayList<>();
    List<Double> speedUps = new ArrayList<>();
    for (int round = -warmUps; round < rounds; round++) {
      boolean weFirst = round % 2 == 0;
      double first = (weFirst ? ours : peer).seconds();
      double second = (weFirst ? peer : ours).seconds();
      if (round >= 0) {
        ourSeconds.add(weFirst ? first : second);
        peerSeconds.add(weFirst ? second : first);
        speedUps.add(weFirst ? second / first : first / second);
      }
    }
    return new Duel(new Spread(ourSeconds), new Spread(peerSeconds), new Spread(speedUps));
  }

  /** How many times faster than the other we are: the ratio of the medians. */
  public double speedUp() {
    return peer.median() / ours.median();
  }

  /** How many times the other's time we take, and the same round by round. */
  public Bar slowDownAtMost(double limit, String name) {
    Spread slowDowns = new Spread(speedUps.values().stream().map(ratio -> 1 / ratio).toList());
    return Bar.atMost(limit, name, 1 / speedUp(), slowDowns);
  }

  /** {@link #speedUp} against a bar, and the same round by round. */
  public Bar speedUpAtLeast(double limit, String name) {
    return Bar.atLeast(limit, name, speedUp(), speedUps);
  }

  /** Both sides' seconds. */
  public String seconds(String peerName) {
    return "ours s %s; %s s %s".formatted(ours, peerName, peer);
  }
}
