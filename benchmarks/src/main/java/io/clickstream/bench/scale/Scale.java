package io.clickstream.bench.scale;

/**
 * How much is measured.
 *
 * @param events of the backfill
 * @param warmUps rounds that don't count
 * @param rounds of the comparison
 */
record Scale(int events, int warmUps, int rounds) {

  static final Scale FULL = new Scale(1_000_000, 0, 3);
  static final Scale QUICK = new Scale(200_000, 0, 1);
}
