package io.clickstream.simulator;

import java.time.Instant;
import java.util.Arrays;

/**
 * The distribution of the load over a period: the day curve of Viet Nam with a minimum at 04:00, a
 * bump at noon and the peak at 21:00. Weekends are a tenth higher.
 *
 * <p>Visits that begin shortly before the end cannot finish, so fewer posts are due then. The curve
 * falls there, which keeps the rate of new visits even.
 */
final class DayCurve {

  /** The zone of the shop; Viet Nam has not changed its clocks since 1975. */
  static final long VIET_NAM_OFFSET_MS = 7 * 3_600_000L;

  private static final long MINUTE_MS = 60_000;
  private static final long DAY_MS = 86_400_000;
  private static final double[] LOAD_BY_HOUR = {
    0.45, 0.22, 0.12, 0.08, 0.08, 0.14, 0.28, 0.50, 0.75, 0.95, 1.00, 1.05, //
    1.20, 1.00, 0.90, 0.95, 1.00, 1.00, 1.05, 1.35, 1.70, 1.80, 1.50, 0.95
  };
  private static final double WEEKEND_LOAD = 1.1;
  private static final double MAX_LOAD = 1.80 * WEEKEND_LOAD;

  /** The mean time between a visit's start and the reception of its posts. */
  private static final double MEAN_DELAY_MS = 4 * MINUTE_MS;

  private static final double MIN_SHARE_OF_VISIT = 0.1;

  private final long start;
  private final long end;
  private final double[] cumulative;

  DayCurve(Instant start, Instant end) {
    this.start = start.toEpochMilli();
    this.end = end.toEpochMilli();
    int minutes = (int) ((this.end - this.start + MINUTE_MS - 1) / MINUTE_MS);
    this.cumulative = new double[minutes];
    double sum = 0;
    for (int minute = 0; minute < minutes; minute++) {
      long from = this.start + minute * MINUTE_MS;
      long to = Math.min(from + MINUTE_MS, this.end);
      long middle = (from + to) / 2;
      double playedOut = 1 - StrictMath.exp((middle - this.end) / MEAN_DELAY_MS);
      sum += (to - from) * load(middle) * Math.max(playedOut, MIN_SHARE_OF_VISIT);
      cumulative[minute] = sum;
    }
  }

  /**
   * Returns the time at which a share of the whole load is due.
   *
   * @param share in [0, 1]
   * @return epoch milliseconds within the period
   */
  long due(double share) {
    double load = share * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, load);
    int minute = Math.min(found < 0 ? -found - 1 : found, cumulative.length - 1);
    double before = minute == 0 ? 0 : cumulative[minute - 1];
    double within = (load - before) / (cumulative[minute] - before);
    long at = start + minute * MINUTE_MS + (long) (within * MINUTE_MS);
    return Math.max(start, Math.min(at, end - 1));
  }

  /** Returns true if a visitor comes at an instant; the probability follows the curve. */
  static boolean suits(long at, SeededRandom random) {
    return random.chance(load(at) / MAX_LOAD);
  }

  private static double load(long at) {
    long local = at + VIET_NAM_OFFSET_MS;
    double hour = Math.floorMod(local, DAY_MS) / 3_600_000.0;
    int from = (int) hour;
    double within = hour - from;
    double load = LOAD_BY_HOUR[from] * (1 - within) + LOAD_BY_HOUR[(from + 1) % 24] * within;
    // The first day of the epoch was a Thursday.
    long weekday = Math.floorMod(Math.floorDiv(local, DAY_MS) + 3, 7L);
    return weekday >= 5 ? load * WEEKEND_LOAD : load;
  }
}
