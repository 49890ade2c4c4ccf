package io.clickstream.bench.read;

import java.util.List;

/**
 * How much is measured.
 *
 * @param objects on S3, read by ours, and by both when S3 is near
 * @param slowObjects how many the stock reader reads when S3 is far, ascending
 * @param localObjects on the local disk
 * @param rounds of each comparison
 */
record Scale(int objects, List<Integer> slowObjects, int localObjects, int rounds) {

  static final Scale FULL = new Scale(20_000, List.of(500, 1_000, 2_000), 100_000, 3);
  static final Scale QUICK = new Scale(4_000, List.of(100, 200), 10_000, 1);

  int mostSlowObjects() {
    return slowObjects.get(slowObjects.size() - 1);
  }
}
