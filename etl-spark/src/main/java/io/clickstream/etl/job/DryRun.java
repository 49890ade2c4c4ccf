package io.clickstream.etl.job;

import io.clickstream.etl.schema.ParsedRow;
import io.clickstream.etl.schema.TaggedRows;
import io.clickstream.etl.source.RawStore;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.WarehouseSettings;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Reads and parses hours of raw objects without a warehouse, and counts.
 *
 * <p>Duplicates are counted within each slice only.
 */
final class DryRun {

  private final UUID runId = UUID.randomUUID();
  private final RawStore store;
  private final ReadAndParse readAndParse;
  private final WarehouseSettings settings;
  private final String version;
  private final Clock clock;
  private final RunListener listener;

  DryRun(
      RawStore store,
      ReadAndParse readAndParse,
      WarehouseSettings settings,
      String version,
      Clock clock,
      RunListener listener) {
    this.store = store;
    this.readAndParse = readAndParse;
    this.settings = settings;
    this.version = version;
    this.clock = clock;
    this.listener = listener;
  }

  /** Counts the records of some hours. */
  EtlResult count(List<Instant> hours) {
    List<LedgerRow> slices = new ArrayList<>();
    try (SlicePlan plan = new SlicePlan(store::list, hours, clock::instant)) {
      while (plan.hasNext()) {
        slices.add(count(plan.next()));
      }
    }
    return new EtlResult(slices, LedgerRow.total(slices), List.of());
  }

  private LedgerRow count(Slice slice) {
    Instant startedAt = clock.instant();
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    Map<String, Long> coercedFields = new TreeMap<>();
    SliceObjects objects = SliceObjects.of(slice, Map.of(), true, listener::message);
    counts.put(Count.OBJECTS_LISTED, objects.count(Map.of()));
    counts.put(Count.OBJECTS_IGNORED, slice.ignoredCount());
    // Spark does not even compute the other columns.
    Dataset<Row> parsed =
        readAndParse
            .apply(objects.without(Map.of()))
            .select(TaggedRows.KIND, "event_id", "coerced_fields", "object_outcome")
            .persist();
    try {
      countRows(parsed, counts);
      countCoercedFields(parsed, coercedFields);
    } finally {
      parsed.unpersist();
    }
    counts.put(
        Count.RECORDS_LISTED,
        counts.getOrDefault(Count.RECORDS_READ, 0L)
            + counts.getOrDefault(Count.VANISHED, 0L)
            + counts.getOrDefault(Count.UNREADABLE, 0L));
    return new LedgerRow(
        runId,
        slice.number(),
        "dry-run",
        slice.from(),
        slice.to(),
        startedAt,
        clock.instant(),
        counts,
        coercedFields,
        Map.of(),
        BigDecimal.ZERO,
        settings.toJson(),
        version);
  }

  private static void countRows(Dataset<Row> parsed, Map<Count, Long> counts) {
    for (Row row :
        parsed
            .groupBy(TaggedRows.KIND, "object_outcome")
            .agg(
                functions.count(functions.lit(1)),
                functions.countDistinct(functions.col("event_id")))
            .collectAsList()) {
      long rows = row.getLong(2);
      if (ParsedRow.EVENT.holds(row)) {
        long events = row.getLong(3);
        counts.put(Count.INSERTED, events);
        counts.put(Count.DUPLICATES, rows - events);
        counts.merge(Count.RECORDS_READ, rows, Long::sum);
      } else if (ParsedRow.REJECTED.holds(row)) {
        counts.put(Count.REJECTED, rows);
        counts.merge(Count.RECORDS_READ, rows, Long::sum);
      } else if (row.getString(1).equals("vanished")) {
        counts.put(Count.VANISHED, rows);
      } else if (row.getString(1).equals("unreadable")) {
        counts.put(Count.UNREADABLE, rows);
      }
    }
  }

  private static void countCoercedFields(Dataset<Row> parsed, Map<String, Long> coercedFields) {
    for (Row row :
        parsed
            .select(
                functions
                    .explode(functions.split(functions.col("coerced_fields"), ","))
                    .as("field"))
            .groupBy("field")
            .count()
            .collectAsList()) {
      coercedFields.put(row.getString(0), row.getLong(1));
    }
  }
}
