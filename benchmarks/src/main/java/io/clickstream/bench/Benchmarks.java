package io.clickstream.bench;

import io.clickstream.bench.hour.HourBenchmark;
import io.clickstream.bench.incremental.IncrementalBenchmark;
import io.clickstream.bench.ingest.IngestBenchmark;
import io.clickstream.bench.job.JobBenchmark;
import io.clickstream.bench.load.LoadBenchmark;
import io.clickstream.bench.memory.MemoryBenchmark;
import io.clickstream.bench.parse.ParseBenchmark;
import io.clickstream.bench.read.ReadBenchmark;
import io.clickstream.bench.scale.ScaleBenchmark;
import java.util.List;

/** All benchmarks, in the order in which they run. */
final class Benchmarks {

  static final List<Benchmark> ALL =
      List.of(
          new ReadBenchmark(),
          new ParseBenchmark(),
          new LoadBenchmark(),
          new JobBenchmark(),
          new HourBenchmark(),
          new MemoryBenchmark(),
          new ScaleBenchmark(),
          new IncrementalBenchmark(),
          new IngestBenchmark());

  private Benchmarks() {}
}
