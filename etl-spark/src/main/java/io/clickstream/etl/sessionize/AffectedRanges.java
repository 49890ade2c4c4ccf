package io.clickstream.etl.sessionize;

import io.clickstream.etl.sql.SqlStatement;

/**
 * Finds the parts of visitors' histories whose sessions changed events can alter. Only those parts
 * are sessionized again. {@code docs/adr/0004-incremental-sessions.md} has the proof.
 *
 * <p>A change is a place ({@code visitor_id}, {@code occurred_at}, {@code event_id}): that of an
 * inserted event, or the old or the new place of a replaced one. An affected range of a visitor
 * begins
 *
 * <ul>
 *   <li>at the change, if no stored session starts before it, or if the last one that does ended
 *       more than the session gap before it;
 *   <li>else at the start of that session, which is strictly before the change.
 * </ul>
 *
 * <p>The range ends, exclusively, at the first stored session start after the change for which one
 * of these holds:
 *
 * <ul>
 *   <li>It is more than the gap after both the change and the end of the stored session before it.
 *   <li>It is at or after the first cut mark that is six hours after the change plus the gap. From
 *       there on, every chain that could hold the change has the same cuts as the stored one.
 *   <li>The change is an insertion inside a stored session. Such a change neither splits nor joins
 *       chains, so any following session start holds.
 * </ul>
 *
 * <p>Ranges of a visitor that overlap or touch are united. If all changes of a range come after the
 * session that it begins with, that session's events are not read: the stored session is continued.
 */
public final class AffectedRanges {

  /** More than the number of sessions that can start between a change and the end of its range. */
  private static final int CANDIDATES = 8;

  private static final SqlStatement QUERY =
      SqlStatement.of(AffectedRanges.class, "affected_ranges");

  private AffectedRanges() {}

  /**
   * Returns the query that finds the ranges. Its result has one row per affected range.
   *
   * <p>Columns of the result:
   *
   * <ul>
   *   <li>{@code visitor_id}
   *   <li>{@code opens_at}, {@code closes_at}: begin (inclusive) and end (exclusive) of the range;
   *       the end is infinity if no stored session ends it. Session starts of a visitor differ in
   *       time, so times are enough to bound a range.
   *   <li>{@code reads_from}: the first instant of which stored events must be read
   *   <li>{@code continued_session_key}: the stored session that is continued, or null
   * </ul>
   *
   * @param changes table of {@code visitor_id}, {@code occurred_at}, {@code event_id} and {@code
   *     inserted}, which is false for the old place of a replaced event
   * @param gapSeconds the session gap in seconds
   */
  public static SqlStatement query(String changes, long gapSeconds) {
    return QUERY
        .with("changes", changes)
        .with("gap_seconds", gapSeconds)
        .with("candidates", CANDIDATES);
  }
}
