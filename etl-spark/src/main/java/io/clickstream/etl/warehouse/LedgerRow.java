package io.clickstream.etl.warehouse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * The result of loading a slice: a row of {@code etl_runs}, or the total of several rows.
 *
 * @param oldestEvent earliest time of reception among the inserted events; absent if there is none
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
    Optional<Instant> oldestEvent,
    Map<Count, Long> counts,
    Map<String, Long> coercedFields,
    Map<String, BigDecimal> stageSeconds,
    BigDecimal lockHeldSeconds,
    String settingsJson,
    String version) {

  /** Creates the row of a slice that inserts no event. */
  public LedgerRow(
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
    this(
        runId,
        slice,
        mode,
        windowFrom,
        windowTo,
        startedAt,
        finishedAt,
        Optional.empty(),
        counts,
        coercedFields,
        stageSeconds,
        lockHeldSeconds,
        settingsJson,
        version);
  }

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
    CLOSED,
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

  /** Returns the longest time from the reception of an inserted event to the commit. */
  public Optional<Duration> longestDelay() {
    return oldestEvent.map(received -> Duration.between(received, finishedAt));
  }

  /**
   * Returns true if every listed record is accounted for: listed = already loaded + inserted +
   * duplicates + rejected + erased + closed + vanished + unreadable + quarantined.
   */
  public boolean isBalanced() {
    return get(Count.RECORDS_LISTED)
        == get(Count.ALREADY_LOADED)
            + get(Count.INSERTED)
            + get(Count.DUPLICATES)
            + get(Count.REJECTED)
            + get(Count.ERASED)
            + get(Count.CLOSED)
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
    return slices.size() == 1
        ? slices.get(0)
        : slices.stream().skip(1).reduce(slices.get(0).asTotal(), LedgerRow::plus);
  }

  /** Returns this row as the total of one slice. */
  public LedgerRow asTotal() {
    return with(1, this, counts, coercedFields, stageSeconds, lockHeldSeconds);
  }

  /** Returns the total of this total and the next slice. */
  public LedgerRow plus(LedgerRow next) {
    return with(
        slice + 1,
        next,
        sum(counts, next.counts, Long::sum),
        sum(coercedFields, next.coercedFields, Long::sum),
        sum(stageSeconds, next.stageSeconds, BigDecimal::add),
        lockHeldSeconds.add(next.lockHeldSeconds));
  }

  private LedgerRow with(
      int slices,
      LedgerRow last,
      Map<Count, Long> totalCounts,
      Map<String, Long> totalCoerced,
      Map<String, BigDecimal> totalStages,
      BigDecimal totalLockHeld) {
    return new LedgerRow(
        runId,
        slices,
        mode,
        earlier(windowFrom, last.windowFrom),
        later(windowTo, last.windowTo),
        startedAt,
        last.finishedAt,
        Stream.of(this, last)
            .flatMap(row -> row.oldestEvent.stream())
            .min(Comparator.naturalOrder()),
        totalCounts,
        totalCoerced,
        totalStages,
        totalLockHeld,
        settingsJson,
        version);
  }

  private static <K extends Comparable<K>, V> Map<K, V> sum(
      Map<K, V> total, Map<K, V> next, BinaryOperator<V> plus) {
    Map<K, V> sum = new TreeMap<>(total);
    next.forEach((key, value) -> sum.merge(key, value, plus));
    return sum;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
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
      generator.writeStringField(
          "oldest_event_timestamp", oldestEvent.map(Instant::toString).orElse(null));
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

  /** Returns the seconds of a stage by its name; 0 if the slice did not reach it. */
  public double seconds(String stage) {
    return stageSeconds.getOrDefault(stage, BigDecimal.ZERO).doubleValue();
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
