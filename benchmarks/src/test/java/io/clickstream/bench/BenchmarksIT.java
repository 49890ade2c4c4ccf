package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole benchmarks at the smallest scale. They end only if all programs produce the same rows. */
class BenchmarksIT {

  static Stream<Arguments> benchmarks() {
    return Stream.of(
        arguments(
            new ReadBenchmark(),
            List.of(
                "read 60 objects, S3 at 20 ms / stock Spark",
                "read 60 objects, S3 at 0 ms / stock Spark",
                "read 100 objects, local disk / stock Spark")),
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
        arguments(new HourBenchmark(), List.of("hour of 50 events / empty job")),
        arguments(new IngestBenchmark(), List.of("ingest, warm latency p50 / Node.js")));
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void eachComparisonHasItsTargetAndEachValueIsMeasured(Benchmark benchmark, List<String> targets)
      throws Exception {
    Report report = run(benchmark);
    assertThat(report.targets()).extracting(Target::name).containsExactlyElementsOf(targets);
    assertThat(report.targets()).allSatisfy(target -> assertThat(target.ratio()).isPositive());
    assertThat(report.figures())
        .flatExtracting(figure -> figure.values().values())
        .allSatisfy(spread -> assertThat(spread.min()).isPositive());
  }

  @Test
  void peaksOfMemoryAreMeasuredAndTheFolderIsRemoved() throws Exception {
    Report report = run(new MemoryBenchmark());
    assertThat(report.targets())
        .singleElement()
        .satisfies(target -> assertThat(target.ratio()).isBetween(0.5, 2.0));
    assertThat(report.figures().get(0).values().values())
        .hasSize(3)
        .allSatisfy(peak -> assertThat(peak.median()).isBetween(100.0, 2_500.0));
    assertThat(report.figures().get(1).values().values())
        .as("heap after collections, MB")
        .hasSize(3)
        .allSatisfy(heap -> assertThat(heap.median()).isBetween(5.0, 500.0));
  }

  private static Report run(Benchmark benchmark) throws Exception {
    Report report = Report.of("test", false);
    Path folder;
    try (Workbench bench = new Workbench(Scale.TINY, report, line -> {})) {
      folder = bench.folder();
      benchmark.run(bench);
    }
    assertThat(folder).doesNotExist();
    return report;
  }

  @Test
  void everySecondPostOfSkewedTrafficIsFromOneClient() {
    Traffic traffic = new Traffic(TrafficOptions.standard().withEvents(100));
    long ofOne =
        MemoryBenchmark.skewed(traffic.stream())
            .filter(post -> post.body().contains("\"clientId\":\"one-for-half\""))
            .count();
    assertThat(ofOne).isBetween(45L, 50L);
  }

  @Test
  void aSettingThatDidNotReachTheReaderIsAFailure(@TempDir Path folder) throws Exception {
    Report report = Report.of("test", false);
    try (Workbench bench = new Workbench(Scale.TINY, report, line -> {})) {
      URI root = Files.createDirectory(folder.resolve("raw")).toUri();
      Map<String, String> settings = Map.of("spark.sql.files.openCostInBytes", "16384");
      bench.spark().conf().set("spark.sql.files.openCostInBytes", "16384");
      ObjectReaders.requireApplied(settings, bench.spark(), root);
      bench.spark().conf().set("spark.sql.files.openCostInBytes", "1");
      assertThatThrownBy(() -> ObjectReaders.requireApplied(settings, bench.spark(), root))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("spark.sql.files.openCostInBytes is 1, not 16384");
    }
  }
}
