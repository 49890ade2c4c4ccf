package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table {@code etl_hours}: the loaded objects of each hour, and whether the hour is complete.
 *
 * <p>An hour is complete if the run with its latest listing has loaded all objects of that listing.
 */
public final class LoadedHours {

  /**
   * A period of whole hours.
   *
   * @param from start of the first hour
   * @param to end of the last hour
   */
  public record Period(Instant from, Instant to) {}

  private LoadedHours() {}

  /** Returns the loaded objects of hours, without the hours of which nothing is recorded. */
  public static Map<Instant, HourKeys> read(SqlConnection connection, List<Instant> hours) {
    Map<Instant, HourKeys> loaded = new HashMap<>();
    try (NamedStatement query = prepare(connection, "loaded_keys")) {
      query
          .setArray(
              "hours",
              "timestamptz",
              hours.stream().map(hour -> hour.atOffset(ZoneOffset.UTC)).toArray())
          .rows(
              row ->
                  loaded.put(
                      instant(row, 1),
                      HourKeys.decode(row.getBytes(2), (Integer[]) row.getArray(3).getArray())));
    }
    return loaded;
  }

  /**
   * Returns the period from the first to the last recorded hour; an empty one at 1970 if none is.
   */
  public static Period period(SqlConnection connection) {
    return connection
        .firstRow(
            "SELECT min(hour), max(hour) FROM etl_hours HAVING count(*) > 0",
            row -> new Period(instant(row, 1), instant(row, 2).plus(Duration.ofHours(1))))
        .orElse(new Period(Instant.EPOCH, Instant.EPOCH));
  }

  /**
   * Writes the loaded objects of an hour.
   *
   * @param listedAt time of this run's listing, by the server's clock; after a later listing of
   *     another run the hour stays incomplete
   * @param complete whether all listed objects are loaded or gone
   */
  public static void write(
      SqlConnection connection, Instant hour, Instant listedAt, HourKeys keys, boolean complete) {
    try (NamedStatement upsert = prepare(connection, "write_hour")) {
      upsert
          .set("hour", hour.atOffset(ZoneOffset.UTC))
          .set("complete", complete)
          .set("listed_at", listedAt.atOffset(ZoneOffset.UTC))
          .set("records_loaded", keys.records())
          .set("loaded_keys", keys.encodedKeys())
          .setArray("batch_records", "integer", (Object[]) keys.encodedBatchRecords())
          .update();
    }
  }

  /**
   * Adds packs to the loaded objects of an hour, whose state stays.
   *
   * @param keys all loaded keys of the hour, with those of the packs
   */
  public static void addPacks(SqlConnection connection, Instant hour, HourKeys keys) {
    try (NamedStatement upsert = prepare(connection, "add_packs")) {
      upsert
          .set("hour", hour.atOffset(ZoneOffset.UTC))
          .set("loaded_keys", keys.encodedKeys())
          .setArray("batch_records", "integer", (Object[]) keys.encodedBatchRecords())
          .update();
    }
  }

  /**
   * Marks an incomplete hour as complete, because its listing showed nothing new.
   *
   * @param listedAt time of the listing; after a later listing the hour stays incomplete
   */
  public static void close(SqlConnection connection, Instant hour, Instant listedAt) {
    try (NamedStatement update = prepare(connection, "close_hour")) {
      update
          .set("hour", hour.atOffset(ZoneOffset.UTC))
          .set("listed_at", listedAt.atOffset(ZoneOffset.UTC))
          .update();
    }
  }

  /**
   * Marks hours as incomplete before their objects are read. If the run dies, the next run with
   * {@code --since-last-run} visits these hours again, however old they are.
   *
   * <p>The rows are locked in the order of the hours, as {@link #lock} does, so that two runs do
   * not wait for each other.
   *
   * @param listedAt time of the listing, by hour
   */
  public static void markIncomplete(SqlConnection connection, Map<Instant, Instant> listedAt) {
    try (NamedStatement upsert = prepare(connection, "mark_hour_incomplete")) {
      for (Map.Entry<Instant, Instant> hour : new TreeMap<>(listedAt).entrySet()) {
        upsert
            .set("hour", hour.getKey().atOffset(ZoneOffset.UTC))
            .set("listed_at", hour.getValue().atOffset(ZoneOffset.UTC))
            .addBatch();
      }
      upsert.executeBatch();
    }
  }

  /** Locks hours that are marked or loaded, ascending, until the transaction ends. */
  public static void lock(SqlConnection transaction, Collection<Instant> hours) {
    try (NamedStatement query = prepare(transaction, "lock_hours")) {
      Object[] wanted = hours.stream().map(hour -> hour.atOffset(ZoneOffset.UTC)).toArray();
      query.setArray("hours", "timestamptz", wanted).rows(row -> row.getInt(1));
    }
  }

  /** Returns the hours with a loaded object, and those that a run began to load, ascending. */
  public static List<Instant> all(SqlConnection connection) {
    return connection.rows("SELECT hour FROM etl_hours ORDER BY hour", row -> instant(row, 1));
  }

  /** Returns the incomplete hours, ascending. */
  public static List<Instant> incomplete(SqlConnection connection) {
    return connection.rows(
        "SELECT hour FROM etl_hours WHERE NOT complete ORDER BY hour", row -> instant(row, 1));
  }

  private static NamedStatement prepare(SqlConnection connection, String statement) {
    return connection.prepare(SqlStatement.of(LoadedHours.class, statement));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
