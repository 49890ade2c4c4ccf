package io.clickstream.etl.warehouse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The result of loading a slice: a row of {@code etl_runs}, or the total of several rows.
 *
 * @param coercedFields number of values that could not be used, by field
 * @param stageSeconds seconds by stage
 */
public record LedgerRow(
    UUID runId,
    int slice,
    String mode,
    Instant windowFrom,
    Instant windowTo,
    Instant startedAt,
    Instant finishedAt,
    Map<Count, Long> counts,
    Map<String, Long> coercedFields,
    Map<String, BigDecimal> stageSeconds,
    BigDecimal lockHeldSeconds,
    String settingsJson,
    String version) {

  /** The counts of a row, in the order of the JSON object. */
  public enum Count {
    OBJECTS_LISTED,
    OBJECTS_IGNORED,
    RECORDS_LISTED,
    ALREADY_LOADED,
    RECORDS_READ,
    INSERTED,
    DUPLICATES,
    REJECTED,
    ERASED,
    VANISHED,
    UNREADABLE,
    QUARANTINED,
    REPLACED,
    CONFLICTING_DUPLICATES,
    SESSIONS_WRITTEN,
    CONTEXT_ROWS_READ;

    /** Returns the name of the column. */
    public String column() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Returns one count. */
  public long get(Count count) {
    return counts.getOrDefault(count, 0L);
  }

  /**
   * Returns true if every listed record is accounted for: listed = already loaded + inserted +
   * duplicates + rejected + erased + vanished + unreadable + quarantined.
   */
  public boolean isBalanced() {
    return get(Count.RECORDS_LISTED)
        == get(Count.ALREADY_LOADED)
            + get(Count.INSERTED)
            + get(Count.DUPLICATES)
            + get(Count.REJECTED)
            + get(Count.ERASED)
            + get(Count.VANISHED)
            + get(Count.UNREADABLE)
            + get(Count.QUARANTINED);
  }

  /**
   * Returns the total of the slices of one run.
   *
   * @throws IllegalArgumentException if there is no slice
   */
  public static LedgerRow total(List<LedgerRow> slices) {
    if (slices.isEmpty()) {
      throw new IllegalArgumentException("Cannot sum: there is no slice.");
    }
    if (slices.size() == 1) {
      return slices.get(0);
    }
    LedgerRow first = slices.get(0);
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    Map<String, Long> coerced = new TreeMap<>();
    Map<String, BigDecimal> stages = new TreeMap<>();
    BigDecimal lockHeld = BigDecimal.ZERO;
    for (LedgerRow slice : slices) {
      slice.counts.forEach((count, value) -> counts.merge(count, value, Long::sum));
      slice.coercedFields.forEach((field, value) -> coerced.merge(field, value, Long::sum));
      slice.stageSeconds.forEach((stage, value) -> stages.merge(stage, value, BigDecimal::add));
      lockHeld = lockHeld.add(slice.lockHeldSeconds);
    }
    LedgerRow last = slices.get(slices.size() - 1);
    return new LedgerRow(
        first.runId,
        slices.size(),
        first.mode,
        slices.stream().map(LedgerRow::windowFrom).min(Comparator.naturalOrder()).orElseThrow(),
        slices.stream().map(LedgerRow::windowTo).max(Comparator.naturalOrder()).orElseThrow(),
        first.startedAt,
        last.finishedAt,
        counts,
        coerced,
        stages,
        lockHeld,
        first.settingsJson,
        first.version);
  }

  /** Returns the row as one line of JSON; the names are those of the columns. */
  public String toJson() {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
      generator.writeStartObject();
      generator.writeStringField("run_id", runId.toString());
      generator.writeNumberField("slice", slice);
      generator.writeStringField("mode", mode);
      generator.writeStringField("window_from", windowFrom.toString());
      generator.writeStringField("window_to", windowTo.toString());
      generator.writeStringField("started_at", startedAt.toString());
      generator.writeStringField("finished_at", finishedAt.toString());
      for (Count count : Count.values()) {
        generator.writeNumberField(count.column(), get(count));
      }
      generator.writeFieldName("coerced_fields");
      generator.writeRawValue(coercedJson());
      generator.writeFieldName("stage_seconds");
      generator.writeRawValue(stagesJson());
      generator.writeNumberField("lock_held_s", lockHeldSeconds);
      generator.writeBooleanField("balanced", isBalanced());
      generator.writeFieldName("settings");
      generator.writeRawValue(settingsJson);
      generator.writeStringField("version", version);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON.", e);
    }
    return json.toString();
  }

  /** Returns {@code coerced_fields} as JSON. */
  String coercedJson() {
    return numbersJson(coercedFields);
  }

  /** Returns {@code stage_seconds} as JSON. */
  String stagesJson() {
    return numbersJson(stageSeconds);
  }

  private static String numbersJson(Map<String, ? extends Number> numbers) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
      generator.writeStartObject();
      for (Map.Entry<String, ? extends Number> entry : numbers.entrySet()) {
        generator.writeFieldName(entry.getKey());
        generator.writeNumber(entry.getValue().toString());
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write JSON.", e);
    }
    return json.toString();
  }

  /** Converts nanoseconds to seconds with three decimal places. */
  public static BigDecimal seconds(long nanos) {
    return BigDecimal.valueOf(nanos, 9).setScale(3, RoundingMode.HALF_UP);
  }
}
