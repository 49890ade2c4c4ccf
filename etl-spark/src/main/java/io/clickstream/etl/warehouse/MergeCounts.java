package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts the rows of a slice after its merge, for the ledger and the balance.
 *
 * <p>Staging tables say how many records were read. Warehouse tables say how many rows there are
 * now. Spark's accumulators are not used, because they count retried tasks twice.
 */
public final class MergeCounts {

  private final SqlConnection merge;
  private final StagingTables staging;
  private Optional<Instant> oldestEvent = Optional.empty();

  public MergeCounts(SqlConnection merge, StagingTables staging) {
    this.merge = merge;
    this.staging = staging;
  }

  /** Adds the counts of the slice. */
  public void addTo(Map<Count, Long> counts) {
    countObjects(counts);
    countEvents(counts);
    counts.put(
        Count.DUPLICATES,
        number(statement("count_duplicates").with("resolutions", staging.resolutions())));
    counts.put(
        Count.REJECTED,
        number(
            statement("count_rejected")
                .with("rejected", staging.rejected())
                .with("superseded", staging.superseded())));
    counts.put(
        Count.ERASED,
        number(
            statement("count_erased")
                .with("erased", staging.erased())
                .with("superseded", staging.superseded())));
    counts.put(
        Count.CLOSED,
        number(
            statement("count_closed")
                .with("closed", staging.closed())
                .with("superseded", staging.superseded())));
  }

  private void countObjects(Map<Count, Long> counts) {
    merge.rows(
        statement("count_objects")
            .with("distinct_objects", staging.distinctObjects())
            .with("superseded", staging.superseded())
            .text(),
        row -> {
          counts.put(Count.RECORDS_READ, row.getLong(1));
          counts.put(Count.VANISHED, row.getLong(2));
          counts.put(Count.UNREADABLE, row.getLong(3));
          return counts.merge(
              Count.RECORDS_LISTED, row.getLong(1) + row.getLong(2) + row.getLong(3), Long::sum);
        });
  }

  private void countEvents(Map<Count, Long> counts) {
    merge.rows(
        statement("count_events").with("resolutions", staging.resolutions()).text(),
        row -> {
          counts.put(Count.INSERTED, row.getLong(1));
          oldestEvent =
              Optional.ofNullable(row.getObject(3, OffsetDateTime.class))
                  .map(OffsetDateTime::toInstant);
          return counts.put(Count.CONFLICTING_DUPLICATES, row.getLong(2));
        });
  }

  /** Returns the earliest time of reception among the inserted events, after {@link #addTo}. */
  public Optional<Instant> oldestEvent() {
    return oldestEvent;
  }

  /** Returns the number of values that could not be used, by field. */
  public Map<String, Long> coercedFields() {
    Map<String, Long> coerced = new TreeMap<>();
    merge.rows(
        statement("count_coerced_fields").with("resolutions", staging.resolutions()).text(),
        row -> coerced.put(row.getString(1), row.getLong(2)));
    return coerced;
  }

  private long number(SqlStatement statement) {
    return merge.number(statement.text());
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(MergeCounts.class, name);
  }
}
