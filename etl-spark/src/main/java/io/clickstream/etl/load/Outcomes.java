package io.clickstream.etl.load;

import io.clickstream.event.RawKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What became of the objects that a slice read, as staged. That an event's object was read goes
 * without saying; the others are walked through in key order, so that however many there are, few
 * are in memory.
 */
final class Outcomes implements AutoCloseable {

  /**
   * An object's.
   *
   * @param word {@code read}, {@code vanished} or {@code unreadable}
   * @param records that it held, if it was read
   */
  record Outcome(String word, int records) {

    private static final Outcome READ_EVENT = new Outcome("read", 1);

    boolean isRead() {
      return word.equals("read");
    }

    boolean isUnreadable() {
      return word.equals("unreadable");
    }
  }

  private static final int FETCH_ROWS = 10_000;

  private final Statement statement;
  private final ResultSet rows;
  private boolean found;

  /**
   * Begins before the first object.
   *
   * @param connection in a transaction, or the rows would come all at once
   */
  Outcomes(Connection connection, Staging staging) throws SQLException {
    statement = connection.createStatement();
    statement.setFetchSize(FETCH_ROWS);
    rows =
        statement.executeQuery(
            """
            SELECT object_key, outcome, records FROM (%s) object
            WHERE (outcome <> 'read' OR object_key LIKE '%%.ndjson')
              AND NOT EXISTS (SELECT FROM %s other WHERE other.object_key = object.object_key)
            ORDER BY object_key"""
                .formatted(staging.distinctObjects(), staging.superseded()));
    found = rows.next();
  }

  /** Goes on to an object, which must come after those before. */
  Outcome next(RawKey key) throws SQLException {
    if (!found || !rows.getString(1).equals(key.relative())) {
      return Outcome.READ_EVENT;
    }
    Outcome outcome = new Outcome(rows.getString(2), rows.getInt(3));
    found = rows.next();
    return outcome;
  }

  /** Fails if there is an outcome of an object that nobody asked for. */
  void requireEnd() throws SQLException {
    if (found) {
      throw new LoadException(
          rows.getString(1) + " was read but not to be read: nothing was loaded");
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
