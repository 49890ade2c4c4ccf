package io.clickstream.bench.hour;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: it ends only when the job has loaded every event. */
@ExtendWith(SharedWorkbench.class)
class HourBenchmarkIT {

  @Test
  void theJobLoadsTheHourAndTheEmptyJobEnds(Workbench workbench) throws IOException, SQLException {
    Report report = new HourBenchmark().measure(workbench, new Scale(50, 0, 1), line -> {});
    assertThat(report.bars())
        .singleElement()
        .satisfies(bar -> assertThat(bar.name()).isEqualTo("hour of 50 events / empty job"));
  }
}
