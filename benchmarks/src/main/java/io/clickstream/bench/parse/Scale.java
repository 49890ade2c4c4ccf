package io.clickstream.bench.parse;

/**
 * How much is measured.
 *
 * @param events parsed in each run
 * @param warmUps runs that don't count
 * @param rounds of the comparison
 */
record Scale(int events, int warmUps, int rounds) {

  static final Scale FULL = new Scale(200_000, 3, 7);
  static final Scale QUICK = new Scale(50_000, 2, 3);
}
