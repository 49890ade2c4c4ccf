package io.clickstream.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The whole benchmark, small: it ends only when all loaders stored the same events. */
class LoadBenchmarkIT {

  @Test
  void loadersStoreTheSameEventsAndEachComparisonHasItsBar() throws IOException, SQLException {
    try (Workbench workbench = new Workbench()) {
      Report report = new LoadBenchmark().measure(workbench, new Scale(2_000, 1), line -> {});
      assertThat(report.bars())
          .extracting(bar -> bar.name())
          .containsExactly("load 2,000 records / psql \\copy", "load 2,000 records / Spark JDBC");
      assertThat(report.notes().get(0)).startsWith("2,000 records read; events");
    }
  }
}
