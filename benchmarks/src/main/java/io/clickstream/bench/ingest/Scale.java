package io.clickstream.bench.ingest;

/**
 * How much is measured.
 *
 * @param boots of each function
 * @param rounds of warm requests, in turns
 * @param warmUps rounds before them that don't count
 * @param requests a round
 */
record Scale(int boots, int rounds, int warmUps, int requests) {

  static final Scale FULL = new Scale(15, 7, 3, 2_000);
  static final Scale QUICK = new Scale(5, 3, 1, 500);
}
