package io.clickstream.bench.load;

/**
 * How much is measured.
 *
 * @param records of the slice, duplicates among them
 * @param warmUps rounds that don't count
 * @param rounds of each comparison
 */
record Scale(int records, int warmUps, int rounds) {

  static final Scale FULL = new Scale(1_000_000, 1, 3);
  static final Scale QUICK = new Scale(100_000, 1, 1);
}
