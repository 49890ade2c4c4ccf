package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Returns the space of removed rows to the file system.
 *
 * <p>{@code DELETE} leaves free space inside the files, and {@code VACUUM} returns only what is
 * free at their end. There the rows of the open period are. So for each table with much free space:
 *
 * <ol>
 *   <li><b>Vacuum</b>, so that the free space is known.
 *   <li><b>Move</b> the rows of the last pages into it, in batches under the warehouse lock: each
 *       row is deleted and inserted again.
 *   <li><b>Vacuum</b> again, which cuts the file.
 *   <li><b>Build the indexes</b> anew, while loads go on.
 * </ol>
 *
 * <p>No step needs a second copy of a table, or stops readers.
 */
public final class FreeSpace implements AutoCloseable {

  /** A table whose rows need fewer pages than its file has by this factor is made smaller. */
  private static final double MUCH = 1.25;

  /** The estimated number of pages grows by this factor, because rows do not fill pages exactly. */
  private static final double SLACK = 1.03;

  /** Pages that a transaction empties: 8 MB. */
  private static final long BATCH_PAGES = 1_000;

  /** Pages whose rows tell the size of a row. */
  private static final long SAMPLED_PAGES = 2_000;

  /** Rows may move to another one of the last pages. */
  private static final int ATTEMPTS = 3;

  private static final List<String> TABLES =
      List.of(
          "clickstream_events",
          "clickstream_sessions",
          "clickstream_pages",
          "clickstream_referrers",
          "clickstream_agents",
          "clickstream_elements",
          "duplicate_records",
          "rejected_records",
          "closed_sessions",
          "session_acquisition",
          "session_products",
          "session_steps",
          "session_funnels",
          "returning_funnels");

  private final SqlConnection connection;
  private final Consumer<String> messages;

  private FreeSpace(SqlConnection connection, Consumer<String> messages) {
    this.connection = connection;
    this.messages = messages;
  }

  /**
   * Connects as the owner of the tables.
   *
   * @return nothing if the user may not act as the owner
   */
  public static Optional<FreeSpace> asOwner(Warehouse warehouse, Consumer<String> messages) {
    SqlConnection connection = SqlConnection.open(warehouse);
    try {
      if (connection.number(
              "SELECT pg_has_role(session_user, 'clickstream_owner', 'MEMBER')::INTEGER")
          == 0) {
        connection.close();
        return Optional.empty();
      }
      connection.execute("SET ROLE clickstream_owner");
      return Optional.of(new FreeSpace(connection, messages));
    } catch (DatabaseException e) {
      connection.close();
      throw e;
    }
  }

  /** Returns the size of all tables and their indexes, in bytes. */
  public static long bytes(SqlConnection connection) {
    return connection.number(statement("bytes_of_tables").text());
  }

  /**
   * Returns the space.
   *
   * @param beforeCommit is called before each commit of moved rows
   */
  public void giveBack(Runnable beforeCommit) {
    dropUnfinishedIndexes();
    for (String table : TABLES) {
      giveBack(table, beforeCommit);
    }
  }

  /** A run that was killed may have left invalid indexes, which each load would maintain. */
  private void dropUnfinishedIndexes() {
    for (String index :
        connection.rows(statement("unfinished_indexes").text(), row -> row.getString(1))) {
      connection.execute("DROP INDEX CONCURRENTLY IF EXISTS " + index);
    }
  }

  private void giveBack(String table, Runnable beforeCommit) {
    vacuum(table);
    long pages = pages(table);
    long needed = neededPages(table);
    if (pages <= needed * MUCH) {
      return;
    }
    messages.accept(
        "moving the rows of %s to the front: %,d of %,d pages are needed"
            .formatted(table, needed, pages));
    for (int attempt = 0; attempt < ATTEMPTS && pages(table) > needed * MUCH; attempt++) {
      boolean hasSpace = moveRows(table, needed, beforeCommit);
      vacuum(table);
      if (!hasSpace) {
        break;
      }
    }
    connection.execute("REINDEX TABLE CONCURRENTLY " + table);
    if (pages(table) > needed * MUCH) {
      messages.accept(
          "the file of %s keeps %,d pages: an older transaction may still see the rows. Close again later."
              .formatted(table, pages(table)));
    }
  }

  /**
   * Moves rows to the front.
   *
   * @return false if the file grew instead, because an older transaction may still see the removed
   *     rows, so that their space is not free
   */
  private boolean moveRows(String table, long needed, Runnable beforeCommit) {
    long size = pages(table);
    for (long end = size; end > needed; end -= BATCH_PAGES) {
      connection.begin();
      WarehouseLock.await(connection);
      connection.update(
          statement("move_rows")
              .with("table", table)
              .with("first_page", Long.toString(Math.max(needed, end - BATCH_PAGES)))
              .with("end_page", Long.toString(end))
              .text());
      beforeCommit.run();
      connection.commitAndEnd();
      if (pages(table) > size) {
        return false;
      }
    }
    return true;
  }

  private void vacuum(String table) {
    connection.execute("VACUUM (INDEX_CLEANUP ON, ANALYZE) " + table);
  }

  private long pages(String table) {
    return connection.number(
        "SELECT pg_relation_size('%s') / current_setting('block_size')::BIGINT".formatted(table));
  }

  private long neededPages(String table) {
    double percent = Math.min(100, 100.0 * SAMPLED_PAGES / Math.max(1, pages(table)));
    long needed =
        connection.number(
            statement("needed_pages")
                .with("table", table)
                .with("percent", Double.toString(percent))
                .text());
    return (long) Math.ceil(needed * SLACK) + 1;
  }

  private static SqlStatement statement(String name) {
    return SqlStatement.of(FreeSpace.class, name);
  }

  @Override
  public void close() {
    connection.close();
  }
}
