package io.clickstream.bench;

import io.clickstream.bench.incremental.IncrementalBenchmark;
import java.util.List;

/** All benchmarks, in the order in which they run. */
final class Benchmarks {

  static final List<Benchmark> ALL = List.of(new IncrementalBenchmark());

  private Benchmarks() {}
}
