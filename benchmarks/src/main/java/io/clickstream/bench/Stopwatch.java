package io.clickstream.bench;

/** Measures seconds since its start. */
record Stopwatch(long startedAt) {

  private static final double NANOS_PER_SECOND = 1e9;

  static Stopwatch start() {
    return new Stopwatch(System.nanoTime());
  }

  double seconds() {
    return (System.nanoTime() - startedAt) / NANOS_PER_SECOND;
  }
}
