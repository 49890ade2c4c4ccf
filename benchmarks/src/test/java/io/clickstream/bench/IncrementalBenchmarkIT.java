package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.testing.Nightly;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole benchmark at the smallest scale: its warehouses are what they claim to be. */
@Nightly("Its warehouses change only with the benchmark and the tables")
class IncrementalBenchmarkIT {

  private static final Report REPORT = Report.of("test", false);
  private static MeasuredWarehouse small;
  private static MeasuredWarehouse big;

  @BeforeAll
  static void measure() throws Exception {
    small = MeasuredWarehouse.create();
    big = MeasuredWarehouse.create();
    try (Workbench bench = new Workbench(Scale.TINY, REPORT, line -> {})) {
      bench.spark();
      new IncrementalBenchmark().run(bench, small, big);
    }
  }

  @Test
  void eachCopiedEventHasItsCopiedSession() throws Exception {
    assertThat(big.text(SqlStatement.of(getClass(), "sessions_unlike_their_events").text()))
        .isEqualTo("0");
  }

  @Test
  void copiedMartsEqualRecomputedOnes() throws Exception {
    String different = "SELECT count(*) FROM mart_differences() WHERE missing > 0 OR extra > 0";
    assertThat(big.text(different)).isEqualTo("0");
  }

  @Test
  void theCopyKeepsEveryIndex() throws Exception {
    String indexes =
        "SELECT string_agg(indexdef, ' ' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public'";
    assertThat(big.text(indexes)).isEqualTo(small.text(indexes));
  }

  @Test
  void theNumbersOfRowsReadMeetTheirTargets() {
    assertThat(REPORT.targets()).hasSize(5);
    // The first target is a time, which proves nothing at this scale.
    List<Target> rows = REPORT.targets().subList(1, 5);
    assertThat(rows).allMatch(Target::met);
    assertThat(rows.get(1).ratio()).as("an hour after the next one").isPositive();
    assertThat(rows.get(2).ratio()).as("a bot that goes on").isZero();
    assertThat(rows.get(3).ratio()).as("a bot's late event").isPositive();
    // The session between two cut marks; the second late event finds the first.
    assertThat(REPORT.notes()).anyMatch(note -> note.contains("read [144, 145, 144] rows"));
  }
}
