package io.clickstream.etl.sessionize;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Tells each event's session.
 *
 * <p>Input {@code SESSION_INPUT}: any set of events that begins, for each visitor, at a session
 * start (a whole history does, and so does a region of it) or with a session that is carried on.
 * Output: the same rows with {@code chain_started_at} and {@code cut}, which events of a visitor
 * share just when they share a session.
 *
 * <ol>
 *   <li>A visitor's events are ordered by (occurred_at, event_id); ids as lower-case text order as
 *       their unsigned bytes do.
 *   <li>A gap of more than the session gap starts a chain.
 *   <li>A chain that has run for six hours is cut at the next 00:00 or 12:00 UTC and at each from
 *       then on: cut number 0 before the first mark, then one more every twelve hours.
 *   <li>A session is a chain's part with one cut number.
 * </ol>
 *
 * Every session start is a place from which the rest can be computed anew: a session that begins at
 * a cut is less than a gap (≤ 6 h) behind its mark, so the first mark six hours after it is the
 * very next one. So a carried session, given its start, goes on as if its events were there.
 */
public final class Sessionize {

  static final String CHAIN_STARTED_AT = "chain_started_at";
  static final String CUT = "cut";

  private static final long MARK_MICROS = micros(Duration.ofHours(12));
  private static final long UNCUT_MICROS = micros(Duration.ofHours(6));

  private final long gapMicros;

  public Sessionize(SessionRules rules) {
    this.gapMicros = micros(rules.gap());
  }

  private static long micros(Duration duration) {
    return TimeUnit.SECONDS.toMicros(duration.toSeconds());
  }

  /** Adds the two columns. */
  public Dataset<Row> apply(Dataset<Row> events) {
    WindowSpec ordered =
        Window.partitionBy("visitor_id").orderBy(col("occurred_at"), col("event_id"));
    WindowSpec soFar = ordered.rowsBetween(Window.unboundedPreceding(), Window.currentRow());

    Column gap = col("occurred_at").minus(lag(col("occurred_at"), 1).over(ordered));

    return events
        .withColumn("starts_chain", coalesce(gap.gt(lit(gapMicros)), lit(true)))
        .withColumn(
            CHAIN_STARTED_AT,
            max(when(col("starts_chain"), coalesce(col("carried_started_at"), col("occurred_at"))))
                .over(soFar))
        .drop("starts_chain")
        .withColumn("first_mark", firstMark(col(CHAIN_STARTED_AT).plus(lit(UNCUT_MICROS))))
        .withColumn(CUT, cutNumber())
        .drop("first_mark");
  }

  /** The first 00:00 or 12:00 UTC at or after a point in time. */
  private static Column firstMark(Column micros) {
    Column pastMark = org.apache.spark.sql.functions.pmod(micros, lit(MARK_MICROS));
    return when(pastMark.equalTo(lit(0L)), micros)
        .otherwise(micros.minus(pastMark).plus(lit(MARK_MICROS)));
  }

  private static Column cutNumber() {
    return when(col("occurred_at").lt(col("first_mark")), lit(0L))
        .otherwise(expr("1L + (occurred_at - first_mark) div " + MARK_MICROS + "L"));
  }
}
