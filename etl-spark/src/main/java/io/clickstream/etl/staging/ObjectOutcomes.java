package io.clickstream.etl.staging;

import io.clickstream.event.RawKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * What became of the objects that a slice read, as staged. That an event's object was read goes
 * without saying; the others are walked through in key order, so that however many there are, few
 * are in memory.
 */
public final class ObjectOutcomes implements AutoCloseable {

  /**
   * An object's.
   *
   * @param word {@code read}, {@code vanished} or {@code unreadable}
   * @param records that it held, if it was read
   */
  public record Outcome(String word, int records) {

    private static final Outcome READ_EVENT = new Outcome("read", 1);

    public boolean isRead() {
      return word.equals("read");
    }

    public boolean isUnreadable() {
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
  public ObjectOutcomes(Connection connection, StagingTables staging) throws SQLException {
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
  public Outcome next(RawKey key) throws SQLException {
    if (!found || !rows.getString(1).equals(key.relative())) {
      return Outcome.READ_EVENT;
    }
    Outcome outcome = new Outcome(rows.getString(2), rows.getInt(3));
    found = rows.next();
    return outcome;
  }

  /** Returns an object that was staged but not asked for. */
  public Optional<String> unexpected() throws SQLException {
    return found ? Optional.of(rows.getString(1)) : Optional.empty();
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
