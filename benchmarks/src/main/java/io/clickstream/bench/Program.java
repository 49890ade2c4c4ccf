package io.clickstream.bench;

import io.clickstream.bench.MeasuredWarehouse.Load;
import java.time.Duration;
import java.util.List;

/** A program that {@link Turns} measures. */
record Program(String name, Run run) {

  @FunctionalInterface
  interface Run {

    /** Returns the measured value, such as seconds or objects per second. */
    double measure() throws Exception;
  }

  /**
   * Returns a program that loads the next hour after a period in each turn.
   *
   * @param loads gets the loads
   */
  static Program ofNextHour(
      String name, MeasuredWarehouse into, RawHours period, List<Load> loads) {
    int[] turns = new int[1];
    return new Program(
        name,
        () -> {
          Load load = into.load(period.at(period.end().plus(Duration.ofHours(turns[0]++)), 1));
          loads.add(load);
          return load.seconds();
        });
  }
}
