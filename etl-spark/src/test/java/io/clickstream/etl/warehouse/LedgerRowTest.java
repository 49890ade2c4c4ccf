package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.warehouse.LedgerRow.Count;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerRowTest {

  private static final UUID RUN = UUID.fromString("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d");

  static LedgerRow slice(int number, int hour, Map<Count, Long> counts) {
    Instant from = Instant.parse("2026-11-22T00:00:00Z").plusSeconds(3_600L * hour);
    return new LedgerRow(
        RUN,
        number,
        "date",
        from,
        from.plusSeconds(3_600),
        Instant.parse("2026-11-23T01:00:00Z").plusSeconds(number),
        Instant.parse("2026-11-23T01:00:00.5Z").plusSeconds(number),
        counts.containsKey(Count.INSERTED) ? Optional.of(from) : Optional.empty(),
        counts,
        new TreeMap<>(Map.of("context_product_price", 2L, "user_id", (long) number)),
        new TreeMap<>(Map.of("copy", new BigDecimal("1.250"), "merge", new BigDecimal("0.5"))),
        new BigDecimal("0.750"),
        "{\"price_scale\":0}",
        "0.1.0");
  }

  @Test
  void aRowBalancesWhenEachListedRecordIsAccountedFor() {
    assertThat(slice(1, 0, Map.of()).isBalanced()).isTrue();
    assertThat(
            slice(
                    1,
                    0,
                    Map.of(
                        Count.RECORDS_LISTED, 511L,
                        Count.ALREADY_LOADED, 64L,
                        Count.INSERTED, 32L,
                        Count.DUPLICATES, 16L,
                        Count.REJECTED, 8L,
                        Count.VANISHED, 4L,
                        Count.UNREADABLE, 3L,
                        Count.QUARANTINED, 128L,
                        Count.ERASED, 256L))
                .isBalanced())
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Count.class,
      names = {
        "RECORDS_LISTED",
        "ALREADY_LOADED",
        "INSERTED",
        "DUPLICATES",
        "REJECTED",
        "ERASED",
        "CLOSED",
        "VANISHED",
        "UNREADABLE",
        "QUARANTINED"
      })
  void oneRecordTooManyAnywhereBreaksTheBalance(Count count) {
    assertThat(slice(1, 0, Map.of(count, 1L)).isBalanced()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Count.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "RECORDS_LISTED",
        "ALREADY_LOADED",
        "INSERTED",
        "DUPLICATES",
        "REJECTED",
        "ERASED",
        "CLOSED",
        "VANISHED",
        "UNREADABLE",
        "QUARANTINED"
      })
  void otherCountsDoNotChangeTheBalance(Count count) {
    assertThat(slice(1, 0, Map.of(count, 1L)).isBalanced()).isTrue();
  }

  @Test
  void theTotalOfOneSliceIsTheSlice() {
    LedgerRow only = slice(1, 0, Map.of(Count.INSERTED, 5L));
    assertThat(LedgerRow.total(List.of(only))).isSameAs(only);
  }

  @Test
  void theTotalSumsFiguresAndSpansTheWindow() {
    LedgerRow first = slice(1, 0, Map.of(Count.INSERTED, 5L, Count.RECORDS_LISTED, 5L));
    LedgerRow second =
        slice(2, 3, Map.of(Count.INSERTED, 7L, Count.REJECTED, 1L, Count.RECORDS_LISTED, 8L));

    LedgerRow total = LedgerRow.total(List.of(first, second));

    assertThat(total.runId()).isEqualTo(RUN);
    assertThat(total.slice()).isEqualTo(2);
    assertThat(total.windowFrom()).isEqualTo(first.windowFrom());
    assertThat(total.windowTo()).isEqualTo(second.windowTo());
    assertThat(total.startedAt()).isEqualTo(first.startedAt());
    assertThat(total.finishedAt()).isEqualTo(second.finishedAt());
    assertThat(total.get(Count.INSERTED)).isEqualTo(12);
    assertThat(total.get(Count.REJECTED)).isEqualTo(1);
    assertThat(total.get(Count.VANISHED)).isZero();
    assertThat(total.coercedFields()).isEqualTo(Map.of("context_product_price", 4L, "user_id", 3L));
    assertThat(total.stageSeconds())
        .isEqualTo(Map.of("copy", new BigDecimal("2.500"), "merge", new BigDecimal("1.0")));
    assertThat(total.oldestEvent()).contains(first.windowFrom());
    assertThat(total.longestDelay()).contains(Duration.parse("PT25H2.5S"));
    assertThat(total.lockHeldSeconds()).isEqualByComparingTo("1.5");
    assertThat(total.isBalanced()).isTrue();
  }

  @Test
  void theTotalOfSlicesOneByOneIsThatOfAll() {
    List<LedgerRow> rows =
        List.of(
            slice(1, 4, Map.of(Count.REJECTED, 1L)),
            slice(1, 3, Map.of(Count.INSERTED, 2L)),
            slice(1, 5, Map.of(Count.INSERTED, 3L)));
    assertThat(rows.get(0).asTotal().plus(rows.get(1)).plus(rows.get(2)))
        .isEqualTo(LedgerRow.total(rows))
        .extracting(LedgerRow::slice)
        .isEqualTo(3);
    assertThat(rows.get(0).longestDelay()).isEmpty();
    assertThat(rows.get(0).toJson()).contains("\"oldest_event_timestamp\":null");
  }

  @Test
  void withoutASliceThereIsNoTotal() {
    assertThatThrownBy(() -> LedgerRow.total(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theJsonIsOneLineWithEveryColumn() {
    LedgerRow row =
        slice(1, 13, Map.of(Count.RECORDS_LISTED, 3L, Count.INSERTED, 2L, Count.REJECTED, 1L));
    assertThat(row.toJson())
        .isEqualTo(
            "{\"run_id\":\"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d\",\"slice\":1,\"mode\":\"date\","
                + "\"window_from\":\"2026-11-22T13:00:00Z\",\"window_to\":\"2026-11-22T14:00:00Z\","
                + "\"started_at\":\"2026-11-23T01:00:01Z\","
                + "\"finished_at\":\"2026-11-23T01:00:01.500Z\","
                + "\"oldest_event_timestamp\":\"2026-11-22T13:00:00Z\","
                + "\"objects_listed\":0,\"objects_ignored\":0,\"records_listed\":3,"
                + "\"already_loaded\":0,\"records_read\":0,\"inserted\":2,\"duplicates\":0,"
                + "\"rejected\":1,\"erased\":0,\"closed\":0,\"vanished\":0,\"unreadable\":0,\"quarantined\":0,\"replaced\":0,"
                + "\"conflicting_duplicates\":0,\"sessions_written\":0,\"context_rows_read\":0,"
                + "\"coerced_fields\":{\"context_product_price\":2,\"user_id\":1},"
                + "\"stage_seconds\":{\"copy\":1.250,\"merge\":0.5},\"lock_held_s\":0.750,"
                + "\"balanced\":true,\"settings\":{\"price_scale\":0},\"version\":\"0.1.0\"}");
  }

  @Test
  void secondsHaveMilliseconds() {
    assertThat(LedgerRow.seconds(1_234_500_000L)).hasToString("1.235");
    assertThat(LedgerRow.seconds(499_999L)).hasToString("0.000");
  }
}
