package io.clickstream.bench.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: it ends only when both parsers made the same columns. */
@ExtendWith(SharedWorkbench.class)
class ParseBenchmarkIT {

  @Test
  void bothParsersMakeTheSameColumnsAndTakeTime(Workbench workbench)
      throws IOException, SQLException {
    Report report = new ParseBenchmark().measure(workbench, new Scale(500, 0, 1), line -> {});
    assertThat(report.bars())
        .singleElement()
        .satisfies(bar -> assertThat(bar.measured()).isPositive());
    assertThat(report.figures().get(0).values().values())
        .allSatisfy(spread -> assertThat(spread.median()).isPositive());
  }
}
