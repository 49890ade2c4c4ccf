package io.clickstream.bench.hour;

/**
 * How much is measured.
 *
 * @param events of the hour
 * @param warmUps rounds that don't count
 * @param rounds of the comparison
 */
record Scale(int events, int warmUps, int rounds) {

  static final Scale FULL = new Scale(5_000, 1, 7);
  static final Scale QUICK = new Scale(5_000, 0, 3);
}
