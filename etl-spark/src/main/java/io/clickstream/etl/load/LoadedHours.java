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

  /** Writes an hour's row. */
  static void write(Connection connection, Instant hour, HourKeys keys, boolean complete)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO etl_hours (hour, complete, records_loaded, loaded_keys, batch_records)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (hour) DO UPDATE SET complete = EXCLUDED.complete,
              records_loaded = EXCLUDED.records_loaded, loaded_keys = EXCLUDED.loaded_keys,
              batch_records = EXCLUDED.batch_records""")) {
      upsert.setObject(1, hour.atOffset(ZoneOffset.UTC));
      upsert.setBoolean(2, complete);
      upsert.setLong(3, keys.records());
      upsert.setBytes(4, keys.encodedKeys());
      upsert.setArray(5, connection.createArrayOf("integer", keys.encodedBatchRecords()));
      upsert.executeUpdate();
    }
  }

  /**
   * Notes that hours have objects to be loaded, before that begins: should the run die, then the
   * next one that looks for what is new finds them, however old they are.
   */
  static void markIncomplete(Connection connection, Collection<Instant> hours) throws SQLException {
    Object[] times = hours.stream().map(hour -> hour.atOffset(ZoneOffset.UTC)).toArray();
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO etl_hours (hour, complete, records_loaded, loaded_keys, batch_records)
            SELECT hour, FALSE, 0, '', '{}' FROM unnest(?) hour
            ON CONFLICT (hour) DO UPDATE SET complete = FALSE""")) {
      upsert.setArray(1, connection.createArrayOf("timestamptz", times));
      upsert.executeUpdate();
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
