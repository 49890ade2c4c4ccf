package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The whole benchmark at the smallest scale. It ends only if all workers store the same rows. */
class ScaleBenchmarkNightly {

  @Test
  void oneWorkerAndTwoStoreTheSame() throws IOException, SQLException {
    Report report = new Report();
    try (Workbench workbench = new Workbench(line -> {})) {
      new ScaleBenchmark().run(workbench, Scale.TINY, report);
    }
    assertThat(report.targets())
        .extracting(Target::name)
        .containsExactly("backfill of 500 events, two workers / one");
  }
}
