package io.clickstream.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Bar;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: peaks are really measured. */
@ExtendWith(SharedWorkbench.class)
class MemoryBenchmarkIT {

  @Test
  void bothPeaksAreMeasured(Workbench workbench) throws IOException, SQLException {
    Bar bar = new MemoryBenchmark().measure(workbench, 1_000, line -> {}).bars().get(0);
    assertThat(bar.measured()).isBetween(0.5, 2.0);
  }
}
