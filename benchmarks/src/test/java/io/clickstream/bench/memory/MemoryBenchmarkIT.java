package io.clickstream.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The whole benchmark, small: peaks are really measured. */
class MemoryBenchmarkIT {

  @Test
  void bothPeaksAreMeasured() throws IOException, SQLException {
    try (Workbench workbench = new Workbench()) {
      Bar bar = new MemoryBenchmark().measure(workbench, 1_000, line -> {}).bars().get(0);
      assertThat(bar.measured()).isBetween(0.5, 2.0);
    }
  }
}
