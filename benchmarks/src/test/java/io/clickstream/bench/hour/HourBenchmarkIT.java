package io.clickstream.bench.hour;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The whole benchmark, small: it ends only when the job has loaded every event. */
class HourBenchmarkIT {

  @Test
  void theJobLoadsTheHourAndTheEmptyJobEnds() throws IOException, SQLException {
    try (Workbench workbench = new Workbench()) {
      Report report = new HourBenchmark().measure(workbench, 50, 0, 1, line -> {});
      assertThat(report.bars())
          .singleElement()
          .satisfies(bar -> assertThat(bar.name()).isEqualTo("hour of 50 events / empty job"));
    }
  }
}
