package io.clickstream.etl.warehouse;

import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.sql.Sql;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** Moves a slice's staged rows into the warehouse, and counts in the tables what came of it. */
public final class RowMerge {

  /** What tells a session's channel, as one value: few differ. */
  private static final String ORIGIN =
      "ROW(utm_source, utm_medium, utm_campaign, click_id_type, referrer_host)::TEXT";

  private final Connection merge;
  private final StagingTables staging;
  private final Map<Count, Long> counts;

  /**
   * A merge.
   *
   * @param counts receives the figures
   */
  public RowMerge(Connection merge, StagingTables staging, Map<Count, Long> counts) {
    this.merge = merge;
    this.staging = staging;
    this.counts = counts;
  }

  /**
   * Moves the winners in and the losers to the duplicates, and replaces the sessions of the
   * regions.
   *
   * @param rekeys whether stored events may change their session
   * @param sessionized how many events were sessionized
   */
  public void moveRows(boolean rekeys, long sessionized) throws SQLException {
    retireReplaced();
    insertWinners(sessionized);
    if (rekeys) {
      rekeyEvents();
    }
    Sql.update(
        merge,
        """
        DELETE FROM clickstream_sessions session USING %s region
        WHERE session.visitor_id = region.visitor_id
          AND session.started_at >= region.opens_at AND session.started_at < region.closes_at"""
            .formatted(staging.regions()));
    insertSessions();
    insertLosers();
    insertRejected();
  }

  private void retireReplaced() throws SQLException {
    long replaced =
        Sql.update(
            merge,
            """
            INSERT INTO duplicate_records (object_key, event_id)
            SELECT stored_raw_object_key, event_id FROM %s
            WHERE wins AND stored_raw_object_key IS NOT NULL
            ORDER BY stored_raw_object_key"""
                .formatted(staging.verdicts()));
    counts.put(Count.REPLACED, replaced);
    if (replaced > 0) {
      Sql.update(
          merge,
          """
          DELETE FROM clickstream_events event USING %s verdict
          WHERE verdict.wins AND verdict.stored_raw_object_key IS NOT NULL
            AND event.event_id = verdict.event_id"""
              .formatted(staging.verdicts()));
    }
  }

  private void insertWinners(long sessionized) throws SQLException {
    Sql.update(
        merge,
        """
        INSERT INTO clickstream_events (%s, session_key)
        SELECT %s, session.session_key
        FROM %s verdict
        JOIN %s event ON event.ctid = verdict.staged_row
        JOIN %s session ON session.event_id = verdict.event_id
        WHERE verdict.wins%s"""
            .formatted(
                Columns.PARSED_EVENT.list(""),
                Columns.PARSED_EVENT.list("event"),
                staging.verdicts(),
                staging.events(),
                eventSessions(sessionized),
                keysOutgrowCache() ? " ORDER BY verdict.event_id" : ""));
  }

  /**
   * The session of each event, once. Tasks that ran twice staged some of them twice, alike: to look
   * for those is dear, to count is not.
   */
  private String eventSessions(long sessionized) throws SQLException {
    String table = staging.eventSessions();
    return Sql.number(merge, "SELECT count(*) FROM " + table) == sessionized
        ? table
        : "(SELECT DISTINCT event_id, session_key FROM " + table + ")";
  }

  /**
   * Whether inserting keys in their order is worth a sort of the rows. As long as the key's index
   * is in memory it is not, and rows better stay as they were staged, near in time.
   */
  private boolean keysOutgrowCache() throws SQLException {
    return Sql.number(
            merge,
            """
            SELECT pg_relation_size('clickstream_events_pkey')
              - pg_size_bytes(current_setting('effective_cache_size'))""")
        > 0;
  }

  /** Gives stored events the session that they now belong to. */
  public void rekeyEvents() throws SQLException {
    Sql.update(
        merge,
        """
        UPDATE clickstream_events event SET session_key = session.session_key
        FROM %s session
        WHERE session.event_id = event.event_id AND event.session_key <> session.session_key"""
            .formatted(staging.eventSessions()));
  }

  /** Writes the sessions that were computed; those they replace are gone by now. */
  public void insertSessions() throws SQLException {
    counts.put(
        Count.SESSIONS_WRITTEN,
        Sql.update(
            merge,
            """
            WITH fresh AS MATERIALIZED (
              SELECT DISTINCT ON (session_key) *, %3$s AS origin FROM %2$s ORDER BY session_key),
            origins AS MATERIALIZED (
              SELECT one.origin, rule.source, rule.medium, rule.channel
              FROM (
                SELECT DISTINCT origin, utm_source, utm_medium, utm_campaign, click_id_type, referrer_host
                FROM fresh) one
              CROSS JOIN LATERAL origin_of(utm_source, utm_medium, utm_campaign, click_id_type, referrer_host) rule)
            INSERT INTO clickstream_sessions (%1$s, source, medium, default_channel_group)
            SELECT %1$s, source, medium, channel FROM fresh JOIN origins USING (origin)
            ORDER BY session_key"""
                .formatted(Columns.SESSION.list(""), staging.sessions(), ORIGIN)));
  }

  private void insertLosers() throws SQLException {
    Sql.update(
        merge,
        """
        INSERT INTO duplicate_records (object_key, event_id)
        SELECT raw_object_key, event_id FROM %s WHERE NOT wins ORDER BY raw_object_key"""
            .formatted(staging.verdicts()));
  }

  private void insertRejected() throws SQLException {
    Sql.update(
        merge,
        """
        INSERT INTO rejected_records (%1$s)
        SELECT DISTINCT ON (object_key) %1$s FROM %2$s rejected
        WHERE NOT EXISTS (
          SELECT FROM %3$s other WHERE other.object_key = split_part(rejected.object_key, '#', 1))
        ORDER BY object_key"""
            .formatted(Columns.REJECTED_RECORD.list(""), staging.rejected(), staging.superseded()));
  }

  /**
   * Both sides of the balance: records as the reader counted them, rows as the tables hold them.
   */
  public void countMerged() throws SQLException {
    countObjects();
    countRecords();
    counts.put(
        Count.DUPLICATES,
        Sql.number(
            merge,
            """
            SELECT count(*) FROM %s verdict JOIN duplicate_records duplicate
            ON duplicate.object_key = verdict.raw_object_key"""
                .formatted(staging.verdicts())));
    counts.put(
        Count.REJECTED,
        Sql.number(
            merge,
            """
            SELECT count(*) FROM (
              SELECT DISTINCT object_key FROM %s rejected
              WHERE NOT EXISTS (
                SELECT FROM %s other
                WHERE other.object_key = split_part(rejected.object_key, '#', 1))) staged
            JOIN rejected_records USING (object_key)"""
                .formatted(staging.rejected(), staging.superseded())));
  }

  private void countObjects() throws SQLException {
    try (Statement statement = merge.createStatement()) {
      ResultSet row =
          statement.executeQuery(
              """
              SELECT coalesce(sum(records) FILTER (WHERE outcome = 'read'), 0),
                count(*) FILTER (WHERE outcome = 'vanished'),
                count(*) FILTER (WHERE outcome = 'unreadable')
              FROM (%s) object
              WHERE NOT EXISTS (SELECT FROM %s other WHERE other.object_key = object.object_key)"""
                  .formatted(staging.distinctObjects(), staging.superseded()));
      row.next();
      counts.put(Count.RECORDS_READ, row.getLong(1));
      counts.put(Count.VANISHED, row.getLong(2));
      counts.put(Count.UNREADABLE, row.getLong(3));
      counts.merge(
          Count.RECORDS_LISTED, row.getLong(1) + row.getLong(2) + row.getLong(3), Long::sum);
    }
  }

  private void countRecords() throws SQLException {
    try (Statement statement = merge.createStatement()) {
      ResultSet row =
          statement.executeQuery(
              """
              SELECT count(*) FILTER (WHERE event.raw_object_key = verdict.raw_object_key),
                count(*) FILTER (
                  WHERE NOT wins
                    AND (verdict.visitor_id, verdict.event_name)
                      IS DISTINCT FROM (event.visitor_id, event.event_name))
                + count(*) FILTER (
                  WHERE wins AND stored_raw_object_key IS NOT NULL
                    AND (stored_visitor_id, stored_event_name)
                      IS DISTINCT FROM (event.visitor_id, event.event_name))
              FROM %s verdict JOIN clickstream_events event USING (event_id)"""
                  .formatted(staging.verdicts()));
      row.next();
      counts.put(Count.INSERTED, row.getLong(1));
      counts.put(Count.CONFLICTING_DUPLICATES, row.getLong(2));
    }
  }

  /** Values that could not be used, by field. */
  public Map<String, Long> coercedFields() throws SQLException {
    Map<String, Long> coerced = new TreeMap<>();
    try (Statement statement = merge.createStatement()) {
      ResultSet rows =
          statement.executeQuery(
              """
              SELECT field, count(*)
              FROM %s, unnest(string_to_array(coerced_fields, ',')) field
              GROUP BY field"""
                  .formatted(staging.verdicts()));
      while (rows.next()) {
        coerced.put(rows.getString(1), rows.getLong(2));
      }
    }
    return coerced;
  }
}
