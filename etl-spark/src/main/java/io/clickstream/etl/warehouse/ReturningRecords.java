package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;
import java.util.Collection;
import java.util.List;

/**
 * The table {@code etl_returning_records}: duplicates of erased events, which are to be read again.
 *
 * <p>Their objects stay in {@code etl_hours}, since the other records of a batch are stored.
 */
public final class ReturningRecords {

  private ReturningRecords() {}

  /**
   * Returns some record keys, ascending.
   *
   * @param all whether to return those whose object was missing, too
   * @param after the keys are greater than this
   * @param most greatest number of keys
   */
  public static List<String> keys(SqlConnection connection, boolean all, String after, long most) {
    try (NamedStatement query = connection.prepare(statement("returning_keys"))) {
      return query
          .set("with_tried", all)
          .set("after", after)
          .set("most", most)
          .rows(row -> row.getString(1));
    }
  }

  /** Leaves only the staged records that are to return. */
  public static void keepOnly(SqlConnection connection, StagingTables staging) {
    keepOnly(connection, staging.events(), "raw_object_key");
    keepOnly(connection, staging.rejected(), "object_key");
    keepOnly(connection, staging.erased(), "object_key");
    connection.update(statement("count_returning").with("objects", staging.objects()).text());
  }

  private static void keepOnly(SqlConnection connection, String table, String key) {
    connection.update(statement("keep_returning").with("staged", table).with("key", key).text());
  }

  /** Removes the records that a merge has stored, or that are of a closed period. */
  public static void removeStored(SqlConnection merge, StagingTables staging) {
    merge.update(
        statement("remove_returned")
            .with("resolutions", staging.resolutions())
            .with("rejected", staging.rejected())
            .with("erased", staging.erased())
            .with("closed", staging.closed())
            .text());
  }

  /** Returns the keys of staged objects that were not read: they moved, or cannot be read. */
  public static List<String> unreadObjects(SqlConnection connection, StagingTables staging) {
    return connection.rows(
        statement("unread_objects").with("distinct_objects", staging.distinctObjects()).text(),
        row -> row.getString(1));
  }

  /** Notes that the objects of records are missing. */
  public static void markTried(SqlConnection connection, Collection<String> keys) {
    try (NamedStatement update = connection.prepare(statement("mark_returning_tried"))) {
      update.setArray("keys", "text", keys.toArray()).update();
    }
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(ReturningRecords.class, name);
  }
}
