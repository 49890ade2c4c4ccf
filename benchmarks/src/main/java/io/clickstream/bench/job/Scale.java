package io.clickstream.bench.job;

import java.util.List;

/**
 * How much is measured.
 *
 * @param localObjects on the local disk; half of them once more
 * @param farObjects on S3, loaded by ours
 * @param slowObjects how many the replaced ETL loads, ascending
 * @param rounds of each comparison
 */
record Scale(int localObjects, int farObjects, List<Integer> slowObjects, int rounds) {

  static final Scale FULL = new Scale(200_000, 20_000, List.of(500, 1_000, 2_000), 3);
  static final Scale QUICK = new Scale(10_000, 2_000, List.of(100, 200), 1);

  int mostSlowObjects() {
    return slowObjects.get(slowObjects.size() - 1);
  }
}
