package io.clickstream.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The whole benchmark, small: it ends only when all that was answered is stored. */
class IngestBenchmarkIT {

  @Test
  void eachComparisonHasItsBarAndAllIsStored() throws IOException, SQLException {
    Report report = new IngestBenchmark().measure(new Scale(1, 1, 0, 50), line -> {});

    assertThat(report.bars())
        .extracting(bar -> bar.name())
        .containsExactly(
            "ingest, boot to first answer / Node.js", "ingest, warm latency p50 / Node.js");
    assertThat(report.figures())
        .allSatisfy(
            figure ->
                assertThat(figure.values().values())
                    .allSatisfy(spread -> assertThat(spread.min()).isPositive()));
  }
}
