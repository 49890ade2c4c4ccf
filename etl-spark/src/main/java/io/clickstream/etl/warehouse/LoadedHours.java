package io.clickstream.etl.warehouse;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table {@code etl_hours}: which objects of which hour are loaded. */
public final class LoadedHours {

  private LoadedHours() {}

  /** The loaded keys of hours; those never loaded are left out. */
  public static Map<Instant, HourKeys> read(Connection connection, List<Instant> hours)
      throws SQLException {
    Map<Instant, HourKeys> loaded = new HashMap<>();
    Object[] wanted = hours.stream().map(hour -> hour.atOffset(ZoneOffset.UTC)).toArray();
    Array array = connection.createArrayOf("timestamptz", wanted);
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT hour, loaded_keys, batch_records FROM etl_hours WHERE hour = ANY (?)")) {
      query.setArray(1, array);
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        loaded.put(
            rows.getObject(1, OffsetDateTime.class).toInstant(),
            HourKeys.decode(rows.getBytes(2), (Integer[]) rows.getArray(3).getArray()));
      }
    }
    return loaded;
  }

  /**
   * Writes an hour's row. It is complete only if no run has listed it later than we did: that one
   * may have seen what we have not, and may be dead by now.
   */
  public static void write(
      Connection connection, Instant hour, Instant listedAt, HourKeys keys, boolean complete)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO etl_hours AS stored
              (hour, complete, last_listed_at, records_loaded, loaded_keys, batch_records)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (hour) DO UPDATE SET
              complete = EXCLUDED.complete AND EXCLUDED.last_listed_at >= stored.last_listed_at,
              last_listed_at = greatest(EXCLUDED.last_listed_at, stored.last_listed_at),
              records_loaded = EXCLUDED.records_loaded, loaded_keys = EXCLUDED.loaded_keys,
              batch_records = EXCLUDED.batch_records""")) {
      upsert.setObject(1, hour.atOffset(ZoneOffset.UTC));
      upsert.setBoolean(2, complete);
      upsert.setObject(3, listedAt.atOffset(ZoneOffset.UTC));
      upsert.setLong(4, keys.records());
      upsert.setBytes(5, keys.encodedKeys());
      upsert.setArray(6, connection.createArrayOf("integer", keys.encodedBatchRecords()));
      upsert.executeUpdate();
    }
  }

  /**
   * Notes that an hour was listed and nothing of it was new: one that was incomplete has no object
   * left to read. Of a later listing the same holds as for {@link #write}.
   */
  public static void writeVisit(Connection connection, Instant hour, Instant listedAt)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE etl_hours SET complete = ? >= last_listed_at,
              last_listed_at = greatest(?, last_listed_at)
            WHERE hour = ?""")) {
      update.setObject(1, listedAt.atOffset(ZoneOffset.UTC));
      update.setObject(2, listedAt.atOffset(ZoneOffset.UTC));
      update.setObject(3, hour.atOffset(ZoneOffset.UTC));
      update.executeUpdate();
    }
  }

  /**
   * Notes that hours have objects to be loaded, before that begins: should the run die, then the
   * next one that looks for what is new finds them, however old they are.
   */
  public static void markIncomplete(Connection connection, Map<Instant, Instant> listedAt)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO etl_hours AS stored
              (hour, complete, last_listed_at, records_loaded, loaded_keys, batch_records)
            VALUES (?, FALSE, ?, 0, '', '{}')
            ON CONFLICT (hour) DO UPDATE SET complete = FALSE,
              last_listed_at = greatest(EXCLUDED.last_listed_at, stored.last_listed_at)""")) {
      for (Map.Entry<Instant, Instant> hour : listedAt.entrySet()) {
        upsert.setObject(1, hour.getKey().atOffset(ZoneOffset.UTC));
        upsert.setObject(2, hour.getValue().atOffset(ZoneOffset.UTC));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  /** Hours whose last visit left something unread. */
  public static List<Instant> incomplete(Connection connection) throws SQLException {
    List<Instant> hours = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT hour FROM etl_hours WHERE NOT complete ORDER BY hour")) {
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        hours.add(rows.getObject(1, OffsetDateTime.class).toInstant());
      }
    }
    return hours;
  }
}
