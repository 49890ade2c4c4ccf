package io.clickstream.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: it ends only when all loaders stored the same events. */
@ExtendWith(SharedWorkbench.class)
class LoadBenchmarkIT {

  @Test
  void loadersStoreTheSameEventsAndEachComparisonHasItsBar(Workbench workbench)
      throws IOException, SQLException {
    Report report = new LoadBenchmark().measure(workbench, new Scale(2_000, 0, 1), line -> {});
    assertThat(report.bars())
        .extracting(bar -> bar.name())
        .containsExactly("load 2,000 records / psql \\copy", "load 2,000 records / Spark JDBC");
    assertThat(report.notes().get(0)).startsWith("2,000 records read; events");
  }
}
