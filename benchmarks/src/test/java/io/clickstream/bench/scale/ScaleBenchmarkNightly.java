package io.clickstream.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: it ends only when one and two workers stored the same rows. */
@ExtendWith(SharedWorkbench.class)
class ScaleBenchmarkNightly {

  @Test
  void oneAndTwoWorkersStoreTheSame(Workbench workbench) throws IOException, SQLException {
    Report report = new ScaleBenchmark().measure(workbench, new Scale(500, 0, 1), line -> {});
    assertThat(report.bars())
        .singleElement()
        .satisfies(
            bar -> assertThat(bar.name()).isEqualTo("backfill of 500 events, two workers / one"));
  }
}
