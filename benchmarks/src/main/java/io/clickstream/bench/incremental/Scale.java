package io.clickstream.bench.incremental;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param baseEvents about so many events of one day stand in both warehouses
 * @param bigEvents the big warehouse is filled up to at least so many
 * @param warmUps pairs of runs that are not counted
 * @param pairs pairs of runs that are
 * @param botInterval between two events of the always-on bot; shorter than the session gap
 */
record Scale(int baseEvents, long bigEvents, int warmUps, int pairs, Duration botInterval) {

  static final Scale FULL = new Scale(100_000, 10_000_000, 2, 9, Duration.ofSeconds(10));
  static final Scale QUICK = new Scale(100_000, 1_000_000, 1, 3, Duration.ofSeconds(10));

  /** Hours that are loaded in turns into both warehouses, the warm-ups first. */
  int hoursOfPairs() {
    return warmUps + pairs;
  }

  /** Those, and two behind them that change places. */
  int hours() {
    return hoursOfPairs() + 2;
  }
}
