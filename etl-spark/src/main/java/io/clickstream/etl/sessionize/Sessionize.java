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
 * Determines the session of each event.
 *
 * <p>Input {@code SESSION_INPUT}: any set of events in which each visitor's first row is a session
 * start or a continued session. A whole history is such a set, and so is an affected range.
 *
 * <p>Output: the same rows with the columns {@code chain_started_at} (microseconds) and {@code
 * cut}. Two events of a visitor belong to one session if and only if both columns are equal.
 *
 * <ol>
 *   <li>The events of a visitor are ordered by ({@code occurred_at}, {@code event_id}). Ids are
 *       lower-case text, whose order is that of their unsigned bytes.
 *   <li>A gap of more than the session gap starts a chain.
 *   <li>A chain that has run for six hours is cut at the next 00:00 or 12:00 UTC, its first cut
 *       mark, and every twelve hours from then on. Cut number 0 is before the first mark.
 *   <li>A session is the part of a chain with one cut number.
 * </ol>
 *
 * <p>Every session start is a regeneration point: the sessions after it do not depend on events
 * before it. A session that begins at a cut starts less than a gap (at most 6 h) after its mark, so
 * the first mark six hours after its start is the next one. For the same reason a continued session
 * needs only its start.
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

  /** Returns the events with the two columns. */
  public Dataset<Row> apply(Dataset<Row> events) {
    WindowSpec ordered =
        Window.partitionBy("visitor_id").orderBy(col("occurred_at"), col("event_id"));
    WindowSpec soFar = ordered.rowsBetween(Window.unboundedPreceding(), Window.currentRow());

    Column gap = col("occurred_at").minus(lag(col("occurred_at"), 1).over(ordered));

    return events
        .withColumn("starts_chain", coalesce(gap.gt(lit(gapMicros)), lit(true)))
        .withColumn(
            CHAIN_STARTED_AT,
            max(when(
                    col("starts_chain"), coalesce(col("continued_started_at"), col("occurred_at"))))
                .over(soFar))
        .drop("starts_chain")
        .withColumn("first_mark", firstMark(col(CHAIN_STARTED_AT).plus(lit(UNCUT_MICROS))))
        .withColumn(CUT, cutNumber())
        .drop("first_mark");
  }

  /** Returns the first 00:00 or 12:00 UTC at or after a point in time. */
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
