package io.clickstream.bench.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import io.clickstream.bench.peer.EventDigest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole benchmark, small: it ends only when the readers agree on every event. */
@ExtendWith(SharedWorkbench.class)
class ReadBenchmarkIT {

  private static final Scale TINY = new Scale(60, List.of(10, 20), 100, 1);

  @Test
  void readersAgreeOnEveryEventAndEachComparisonHasItsBar(Workbench workbench)
      throws IOException, SQLException {
    Report report =
        new ReadBenchmark(ReaderInThisProcess::start).measure(workbench, TINY, line -> {});
    assertThat(report.bars())
        .extracting(bar -> bar.name().replaceAll("\\d+ objects", "objects"))
        .containsExactly(
            "read objects, S3 at 20 ms / stock Spark",
            "read objects, S3 at 0 ms / stock Spark",
            "read objects, local disk / stock Spark");
    assertThat(report.bars()).allSatisfy(bar -> assertThat(bar.measured()).isPositive());
  }

  @Test
  void aProcessReadsTheSameWithTheStockReadersSettings(Workbench workbench, @TempDir Path folder)
      throws IOException {
    HourlyEvents events = ReadBenchmark.events(50);
    events.write(folder);
    URI none = URI.create("none");
    try (Reader stock =
            new ReaderProcess(workbench, EventReader.STOCK, Workbench.SPARK_MASTER, Map.of());
        Reader ours = ReaderInThisProcess.start(workbench, EventReader.OURS, "unused", Map.of())) {
      EventDigest expected = ours.read(none, folder.toUri(), events).digest();
      stock.read(none, folder.toUri(), events).digest().requireSameAs(expected, 50);
      assertThatThrownBy(() -> stock.read(none, URI.create("file:///missing"), events))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("missing");
    }
  }

  @Test
  void aSettingThatDidNotReachTheReaderIsAFailure(Workbench workbench, @TempDir Path folder)
      throws IOException {
    HourlyEvents events = ReadBenchmark.events(2);
    events.write(folder);
    ReaderInThisProcess.start(workbench, EventReader.STOCK, "unused", Map.of())
        .read(URI.create("none"), folder.toUri(), events);
    workbench.spark().conf().set("spark.sql.files.openCostInBytes", "1");
    assertThatThrownBy(
            () ->
                ReadServer.read(
                    EventReader.STOCK, workbench.spark(), "none", folder.toUri(), events.hours()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("spark.sql.files.openCostInBytes is 1, not 16384");
  }
}
