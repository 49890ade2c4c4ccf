package io.clickstream.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import io.clickstream.simulator.Traffic;
import io.clickstream.simulator.TrafficOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: peaks are really measured. */
@ExtendWith(SharedWorkbench.class)
class MemoryBenchmarkIT {

  @Test
  void peaksAreMeasured(Workbench workbench) throws IOException, SQLException {
    Report report = new MemoryBenchmark().measure(workbench, 1_000, line -> {});
    assertThat(report.bars())
        .singleElement()
        .satisfies(bar -> assertThat(bar.measured()).isBetween(0.5, 2.0));
    assertThat(report.figures().get(0).values().values())
        .hasSize(3)
        .allSatisfy(peak -> assertThat(peak.median()).isBetween(100.0, 2_500.0));
    assertThat(report.figures().get(1).values().values())
        .as("heap after collections, MB")
        .hasSize(3)
        .allSatisfy(heap -> assertThat(heap.median()).isBetween(5.0, 500.0));
  }

  @Test
  void ofASkewedTrafficEverySecondPostIsOneClients() {
    Traffic traffic = new Traffic(TrafficOptions.standard().withEvents(100));
    long ofOne =
        StreamSupport.stream(new SkewedTraffic(traffic).spliterator(), false)
            .filter(post -> post.body().contains("\"clientId\":\"one-for-half\""))
            .count();
    assertThat(ofOne).isBetween(45L, 50L);
  }
}
