package io.clickstream.bench;

/** The size of a measurement; each benchmark names its three values where it uses them. */
enum Scale {
  /** The size that the targets are defined for. */
  FULL,
  /** A smaller size that shows the direction only. */
  QUICK,
  /** The size of a test: it proves that the benchmark runs, not a ratio. */
  TINY
}
