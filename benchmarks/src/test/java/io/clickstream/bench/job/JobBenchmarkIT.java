package io.clickstream.bench.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: it ends only when peers stored the same events and sessions. */
@ExtendWith(SharedWorkbench.class)
class JobBenchmarkIT {

  private static final Scale TINY = new Scale(200, 20, List.of(10), 1);

  @Test
  void peersStoreTheSameRowsAndEachComparisonHasItsBar(Workbench workbench)
      throws IOException, SQLException {
    Report report = new JobBenchmark(new JobInThisProcess()).measure(workbench, TINY, line -> {});
    assertThat(report.bars())
        .extracting(bar -> bar.name())
        .containsExactly(
            "job, 200 local objects / DuckDB",
            "job, 200 / 100 objects",
            "job, 20 objects, S3 at 20 ms / replaced ETL");
  }
}
