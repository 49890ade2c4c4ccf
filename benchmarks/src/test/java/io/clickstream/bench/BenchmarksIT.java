package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.clickstream.testing.Nightly;
import io.clickstream.testing.TestWarehouses;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole benchmarks at the smallest scale. They end only if all programs produce the same rows. */
class BenchmarksIT {

  static Stream<Arguments> all() {
    return Stream.of(
        arguments(new ParseBenchmark(), List.of("time per parsed event / from_json")),
        arguments(
            new LoadBenchmark(),
            List.of("load 2,000 records / psql \\copy", "load 2,000 records / Spark JDBC")),
        arguments(
            new JobBenchmark(),
            List.of(
                "job, 200 local objects / DuckDB",
                "job, 200 / 100 objects",
                "job, 20 objects, S3 at 20 ms / replaced ETL")),
        arguments(
            new ReadBenchmark(),
            List.of(
                "read 60 objects, S3 at 20 ms / stock Spark",
                "read 60 objects, S3 at 0 ms / stock Spark",
                "read 100 objects, local disk / stock Spark")),
        arguments(
            new PacksBenchmark(),
            List.of(
                "bytes of packs / of their 100 objects",
                "read 100 events from packs, local disk / DuckDB",
                "read 100 events, S3 at 20 ms, packs / objects",
                "pack 100 objects, S3 at 20 ms / read them",
                "reload 500 events from packs, to the swap / load")),
        arguments(new BackfillBenchmark(), List.of("backfill 100 events, staged ahead / in turn")),
        arguments(new HourBenchmark(), List.of("hour of 50 events / empty job")),
        arguments(
            new BigBenchmark(),
            List.of(
                "backfill: lock held / whole time",
                "an hour into 8,000 / 2,000 events, ids in the order of time",
                "warehouse bytes / raw bytes, big, ids in the order of time")),
        arguments(
            new EraseBenchmark(),
            List.of(
                "erase a visitor in 8,000 events / load an hour",
                "an hour, 100 requests on file / none")),
        arguments(
            new CloseBenchmark(),
            List.of(
                "close half of 16,000 events / load this half",
                "longest wait of a load for a closing, s",
                "warehouse bytes after / before the closing")),
        arguments(new MemoryBenchmark(), List.of("peak memory, 1,000 events / 100 events")),
        arguments(new IngestBenchmark(), List.of("ingest, warm latency p50 / Node.js")),
        arguments(
            new FollowBenchmark(),
            List.of(
                "CPU of an idle follower, % of a core",
                "POST to committed row, p50, s",
                "POST to committed row, p99, s",
                "POST to row by the stream, p99, s")));
  }

  /** The job's jar has a relocated driver, which does not know the property. */
  @Test
  void programsOfThisProcessLogInWithoutThePropertyOfTheDriver() throws Exception {
    MeasuredWarehouse warehouse = MeasuredWarehouse.create();
    RawHours none = new RawHours(URI.create("file:///nowhere/"), Instant.EPOCH, 1);
    String property = "org.postgresql.pgpassfile";
    String file = System.clearProperty(property);
    try {
      JobStages.check(warehouse);
      JobStages.reload(none, warehouse).close();
      assertThat(TestWarehouses.jobEnvironment()).containsKey("DW_PASSWORD");
    } finally {
      System.setProperty(property, file);
    }
    warehouse.drop();
  }

  @ParameterizedTest
  @MethodSource("all")
  @Nightly("They start many processes, and only a change of columns or of a benchmark breaks them")
  void eachComparisonHasItsTargetAndEachValueIsMeasured(Benchmark benchmark, List<String> targets)
      throws Exception {
    Report report = Report.of("test", false);
    Path folder;
    try (Workbench bench = new Workbench(Scale.TINY, report, line -> {})) {
      folder = bench.folder();
      benchmark.run(bench);
    }
    assertThat(folder).doesNotExist();
    assertThat(report.targets()).extracting(Target::name).containsExactlyElementsOf(targets);
    assertThat(report.targets()).allSatisfy(target -> assertThat(target.ratio()).isPositive());
    assertThat(report.figures())
        .flatExtracting(figure -> figure.values().values())
        .allSatisfy(spread -> assertThat(spread.min()).isPositive());
  }
}
