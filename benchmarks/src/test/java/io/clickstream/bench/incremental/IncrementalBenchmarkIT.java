package io.clickstream.bench.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.bench.Bar;
import io.clickstream.bench.Benchmark.Report;
import io.clickstream.bench.MeasuredWarehouse;
import io.clickstream.bench.SharedWorkbench;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole benchmark, small: what it measures is right, whatever the time. */
@ExtendWith(SharedWorkbench.class)
class IncrementalBenchmarkIT {

  private static final Scale TINY = new Scale(2_000, 20_000, 1, 1, Duration.ofMinutes(5));

  /** Of people's hours that both warehouses got. */
  private static final String NEW_EVENTS =
      "FROM clickstream_events WHERE raw_object_key BETWEEN '2026/11/20/00/' AND '2026/11/20/02/'";

  private static MeasuredWarehouse small;
  private static MeasuredWarehouse big;
  private static Report report;

  @BeforeAll
  static void measure(Workbench workbench) throws IOException, SQLException {
    report = new IncrementalBenchmark().measure(workbench, TINY, line -> {});
    small = new MeasuredWarehouse(workbench.postgres(), IncrementalBenchmark.SMALL);
    big = new MeasuredWarehouse(workbench.postgres(), IncrementalBenchmark.BIG);
  }

  @Test
  void bothWarehousesGotTheSameNewRows() throws SQLException {
    String rows =
        """
        SELECT hashtextextended(string_agg(event::text, ' ' ORDER BY event_id), 0)
        FROM (SELECT * %s) event"""
            .formatted(NEW_EVENTS);
    assertThat(big.number(rows)).isEqualTo(small.number(rows));
    assertThat(small.number("SELECT count(*) " + NEW_EVENTS)).isGreaterThan(100);
  }

  @Test
  void theBigWarehouseIsAsBigAsItSays() throws SQLException {
    assertThat(small.number("SELECT count(*) FROM clickstream_events")).isBetween(1_500L, 3_500L);
    assertThat(big.number("SELECT count(*) FROM clickstream_events")).isBetween(20_000L, 25_000L);
  }

  @Test
  void copiedSessionsStandForTheCopiedEvents() throws SQLException {
    assertThat(
            big.number(
                """
                SELECT count(*)
                FROM (
                  SELECT session_key, visitor_id, count(*) AS events, min(occurred_at) AS first_at,
                    max(occurred_at) AS last_at
                  FROM clickstream_events GROUP BY 1, 2) counted
                FULL JOIN clickstream_sessions session USING (session_key)
                WHERE (counted.visitor_id, events, first_at, last_at)
                  IS DISTINCT FROM (session.visitor_id, event_count, started_at, ended_at)"""))
        .isZero();
  }

  @Test
  void copiedMartsAreWhatARecomputationGives() throws SQLException {
    assertThat(
            big.number(
                """
                SELECT count(*) FROM mart_differences() WHERE missing > 0 OR extra > 0"""))
        .isZero();
  }

  @Test
  void theFillLeavesEveryIndex() throws SQLException {
    String indexes =
        """
        SELECT hashtextextended(string_agg(indexdef, ' ' ORDER BY indexdef), 0)
        FROM pg_indexes WHERE schemaname = 'public'""";
    assertThat(big.number(indexes)).isEqualTo(small.number(indexes));
  }

  @Test
  void rowsReadAreAsClaimed() {
    List<Bar> bars = new ArrayList<>(report.bars());
    assertThat(bars).hasSize(5);
    bars.remove(0); // the time, which says nothing at this size
    assertThat(bars).allMatch(Bar::holds);
    Bar lateHour = bars.get(1);
    Bar appended = bars.get(2);
    Bar late = bars.get(3);
    assertThat(lateHour.measured()).isPositive();
    assertThat(appended.measured()).isZero();
    assertThat(late.measured()).isPositive();
    // The session between two marks; the second late event meets the first.
    assertThat(report.notes()).last().asString().contains("read 144, 145, 144 rows");
  }
}
