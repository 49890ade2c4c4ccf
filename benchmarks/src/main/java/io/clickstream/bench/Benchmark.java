package io.clickstream.bench;

/** A speed or cost claim that anyone can measure again. */
@FunctionalInterface
interface Benchmark {

  /** Fails if it cannot measure, or if programs that must produce the same rows do not. */
  void run(Workbench bench) throws Exception;
}
