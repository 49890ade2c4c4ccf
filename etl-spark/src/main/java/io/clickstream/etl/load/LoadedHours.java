package io.clickstream.etl.load;

import io.clickstream.etl.source.HourListing;
import io.clickstream.event.RawKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table {@code etl_hours}: which objects of which hour are loaded. */
final class LoadedHours {

  private LoadedHours() {}

  /** The loaded keys of each hour; empty ones for hours never loaded. */
  static Map<Instant, HourKeys> read(Connection connection, List<HourListing> hours)
      throws SQLException {
    Map<Instant, HourKeys> loaded = new HashMap<>();
    Object[] wanted = new Object[hours.size()];
    for (int i = 0; i < wanted.length; i++) {
      loaded.put(hours.get(i).hour(), new HourKeys());
      wanted[i] = hours.get(i).hour().atOffset(ZoneOffset.UTC);
    }
    Array array = connection.createArrayOf("timestamptz", wanted);
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT hour, loaded_keys, batch_records FROM etl_hours WHERE hour = ANY (?)")) {
      query.setArray(1, array);
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        Instant hour = rows.getObject(1, OffsetDateTime.class).toInstant();
        loaded.put(
            hour, HourKeys.decode(hour, rows.getBytes(2), (Integer[]) rows.getArray(3).getArray()));
      }
    }
    return loaded;
  }

  /**
   * Writes an hour's row. It is complete only if no run has listed it later than we did: that one
   * may have seen what we have not, and may be dead by now.
   */
  static void write(Connection connection, HourListing hour, HourKeys keys, boolean complete)
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
      upsert.setObject(1, hour.hour().atOffset(ZoneOffset.UTC));
      upsert.setBoolean(2, complete);
      upsert.setObject(3, hour.listedAt().atOffset(ZoneOffset.UTC));
      upsert.setLong(4, keys.records());
      upsert.setBytes(5, keys.encodedKeys());
      upsert.setArray(6, connection.createArrayOf("integer", keys.encodedBatchRecords()));
      upsert.executeUpdate();
    }
  }

  /**
   * Notes that hours have objects to be loaded, before that begins: should the run die, then the
   * next one that looks for what is new finds them, however old they are.
   */
  static void markIncomplete(Connection connection, Collection<HourListing> hours)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO etl_hours AS stored
              (hour, complete, last_listed_at, records_loaded, loaded_keys, batch_records)
            VALUES (?, FALSE, ?, 0, '', '{}')
            ON CONFLICT (hour) DO UPDATE SET complete = FALSE,
              last_listed_at = greatest(EXCLUDED.last_listed_at, stored.last_listed_at)""")) {
      for (HourListing hour : hours) {
        upsert.setObject(1, hour.hour().atOffset(ZoneOffset.UTC));
        upsert.setObject(2, hour.listedAt().atOffset(ZoneOffset.UTC));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  /** Hours whose last visit left something unread. */
  static List<Instant> incomplete(Connection connection) throws SQLException {
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

  /** Records of the listed objects of which all are loaded. */
  static long records(Map<Instant, HourKeys> loaded, List<RawKey> keys) {
    return keys.stream().mapToLong(key -> loaded.get(key.hour()).recordsOf(key)).sum();
  }
}
