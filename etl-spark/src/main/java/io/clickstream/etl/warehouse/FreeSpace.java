package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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
 *   <li><b>Build the indexes</b> anew, one after the other, while loads go on.
 *   <li><b>Cut</b> the file by another vacuum. It comes last, so that a run after a killed one
 *       finds a long file, and does all steps.
 * </ol>
 *
 * <p>No step needs a second copy of a table, or stops readers.
 */
public final class FreeSpace {

  /** A table whose rows need fewer pages than its file has by this factor is made smaller. */
  private static final double MUCH = 1.25;

  /** The estimated number of pages grows by this factor, because rows do not fill pages exactly. */
  private static final double SLACK = 1.03;

  /** Pages that a transaction empties: first 2 MB, later up to 32 MB. */
  private static final long FIRST_BATCH_PAGES = 250;

  private static final long LEAST_BATCH_PAGES = 25;
  private static final long MOST_BATCH_PAGES = 4_000;

  /** Time for a waiting load to take the lock. Without it, the next batch may take it first. */
  private static final Duration PAUSE = Duration.ofMillis(20);

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
   * Acts as the owner of the tables, in the session of the lock. So a statement that goes on after
   * its process was killed keeps the lock.
   *
   * @return nothing if the user may not act as the owner
   */
  public static Optional<FreeSpace> asOwner(ClosingLock lock, Consumer<String> messages) {
    SqlConnection connection = lock.connection();
    if (connection.number(statement("may_act_as_owner").text()) == 0) {
      return Optional.empty();
    }
    connection.execute("SET ROLE clickstream_owner");
    return Optional.of(new FreeSpace(connection, messages));
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
    vacuum(table, "OFF");
    long pages = pages(table);
    long needed = neededPages(table);
    if (pages <= needed * MUCH) {
      return;
    }
    messages.accept(
        "moving the rows of %s to the front: %,d of %,d pages are needed"
            .formatted(table, needed, pages));
    boolean hasSpace = true;
    for (int attempt = 0;
        attempt < ATTEMPTS && hasSpace && hasRowsFarBehind(table, needed);
        attempt++) {
      hasSpace = moveRows(table, needed, beforeCommit);
      vacuum(table, "OFF");
    }
    messages.accept("building the indexes of %s anew".formatted(table));
    for (String index : indexes(table)) {
      connection.execute("REINDEX INDEX CONCURRENTLY " + index);
    }
    vacuum(table, "ON");
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
    BatchSize batch = new BatchSize(FIRST_BATCH_PAGES, LEAST_BATCH_PAGES, MOST_BATCH_PAGES);
    long first;
    for (long end = size; end > needed; end = first) {
      first = Math.max(needed, end - batch.next());
      connection.begin();
      WarehouseLock.await(connection);
      long lockedAt = System.nanoTime();
      connection.update(
          statement("move_rows")
              .with("table", table)
              .with("first_page", Long.toString(first))
              .with("end_page", Long.toString(end))
              .text());
      beforeCommit.run();
      connection.commitAndEnd();
      batch.adapt(Duration.ofNanos(System.nanoTime() - lockedAt));
      LockSupport.parkNanos(PAUSE.toNanos());
      if (pages(table) > size) {
        return false;
      }
    }
    return true;
  }

  private void vacuum(String table, String truncate) {
    connection.execute(
        "VACUUM (INDEX_CLEANUP ON, ANALYZE, TRUNCATE %s) %s".formatted(truncate, table));
  }

  private boolean hasRowsFarBehind(String table, long needed) {
    return connection.number(
            "SELECT exists(SELECT FROM %s WHERE ctid >= '(%d,0)')::INTEGER"
                .formatted(table, (long) (needed * MUCH)))
        > 0;
  }

  private List<String> indexes(String table) {
    return connection.rows(
        statement("valid_indexes").with("table", table).text(), row -> row.getString(1));
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
}
