package io.clickstream.bench.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: it ends only when the readers agree on every event. */
@ExtendWith(SharedWorkbench.class)
class ReadBenchmarkIT {

  private static final Scale TINY = new Scale(60, List.of(10, 20), 100, 1);

  @Test
  void readersAgreeOnEveryEventAndEachComparisonHasItsBar(Workbench workbench)
      throws IOException, SQLException {
    Report report = new ReadBenchmark().measure(workbench, TINY, line -> {});
    assertThat(report.bars())
        .extracting(bar -> bar.name().replaceAll("\\d+ objects", "objects"))
        .containsExactly(
            "read objects, S3 at 20 ms / stock Spark",
            "read objects, S3 at 0 ms / stock Spark",
            "read objects, local disk / stock Spark");
    assertThat(report.bars()).allSatisfy(bar -> assertThat(bar.measured()).isPositive());
  }
}
