package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The whole benchmark at the smallest scale. It ends only if all workers store the same rows. */
class ScaleBenchmarkNightly {

  @Test
  void oneWorkerAndTwoStoreTheSame() throws Exception {
    Report report = Report.of("test", false);
    try (Workbench bench = new Workbench(Scale.TINY, report, line -> {})) {
      new ScaleBenchmark().run(bench);
    }
    assertThat(report.targets())
        .extracting(Target::name)
        .containsExactly("backfill of 500 events, two workers / one");
  }
}
