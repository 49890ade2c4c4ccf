package io.clickstream.etl.staging;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.event.RawKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The staged outcomes of a slice's objects, in key order.
 *
 * <p>PostgreSQL sends the outcomes in portions, and only those that are not implied: an object with
 * a single event was read and holds one record. So memory does not grow with the slice.
 */
public final class ObjectOutcomes implements AutoCloseable {

  /**
   * The outcome of one object.
   *
   * @param word {@code read}, {@code vanished} or {@code unreadable}
   * @param records number of records in the object, if it was read
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

  /**
   * The unreadable objects of a slice.
   *
   * @param count their number
   * @param firstKey key of the first one
   * @param detail why the first one cannot be read
   */
  public record Unreadable(long count, String firstKey, String detail) {}

  private static final int FETCH_ROWS = 10_000;

  private final Statement statement;
  private final ResultSet rows;
  private boolean found;

  /**
   * Opens the outcomes before the first object.
   *
   * @param connection must be in a transaction; else the driver fetches all rows at once
   */
  public ObjectOutcomes(SqlConnection connection, StagingTables staging) {
    try {
      statement = connection.jdbc().createStatement();
      statement.setFetchSize(FETCH_ROWS);
      rows =
          statement.executeQuery(
              SqlStatement.of(ObjectOutcomes.class, "notable_outcomes")
                  .with("distinct_objects", staging.distinctObjects())
                  .with("superseded", staging.superseded())
                  .text());
      found = rows.next();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Returns the number of objects that are staged, those of {@code superseded} included. */
  public static long count(SqlConnection connection, StagingTables staging) {
    return connection.number("SELECT count(DISTINCT object_key) FROM " + staging.objects());
  }

  /** Returns the number of objects that another run loaded after this run listed them. */
  public static long supersededCount(SqlConnection connection, StagingTables staging) {
    return connection.number("SELECT count(*) FROM " + staging.superseded());
  }

  /** Returns the unreadable objects, or nothing if all objects could be read. */
  public static Optional<Unreadable> unreadable(SqlConnection connection, StagingTables staging) {
    return connection.firstRow(
        SqlStatement.of(ObjectOutcomes.class, "unreadable_objects")
            .with("distinct_objects", staging.distinctObjects())
            .text(),
        row -> new Unreadable(row.getLong(3), row.getString(1), row.getString(2)));
  }

  /** Returns the outcome of an object, which must come after the objects of earlier calls. */
  public Outcome next(RawKey key) {
    try {
      if (!found || !rows.getString(1).equals(key.relative())) {
        return Outcome.READ_EVENT;
      }
      Outcome outcome = new Outcome(rows.getString(2), rows.getInt(3));
      found = rows.next();
      return outcome;
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Returns the key of a staged object for which {@link #next} was not called. */
  public Optional<String> unexpected() {
    try {
      return found ? Optional.of(rows.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  @Override
  public void close() {
    try {
      statement.close();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }
}
