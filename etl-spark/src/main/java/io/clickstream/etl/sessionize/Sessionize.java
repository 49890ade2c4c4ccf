package io.clickstream.etl.sessionize;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sha1;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.translate;
import static org.apache.spark.sql.functions.when;

import io.clickstream.event.NameBasedUuid;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Gives each event its session.
 *
 * <p>Input {@code SESSION_INPUT}: any set of events that begins, for each visitor, at a session
 * start (a whole history does, and so does a region of it) or with a session that is carried on.
 * Output: the same rows and {@code session_key}.
 *
 * <ol>
 *   <li>A visitor's events are ordered by (occurred_at, event_id); ids as lower-case text order as
 *       their unsigned bytes do.
 *   <li>A gap of more than the session gap starts a chain.
 *   <li>A chain that has run for six hours is cut at the next 00:00 or 12:00 UTC and at each from
 *       then on: cut number 0 before the first mark, then one more every twelve hours.
 *   <li>A session is a chain's part with one cut number; its key derives from the visitor and its
 *       first event.
 * </ol>
 *
 * Every session start is a place from which the rest can be computed anew: a session that begins at
 * a cut is less than a gap (≤ 6 h) behind its mark, so the first mark six hours after it is the
 * very next one. So a carried session, given its start, goes on as if its events were there.
 */
public final class Sessionize {

  private static final long MARK_MICROS = micros(Duration.ofHours(12));
  private static final long UNCUT_MICROS = micros(Duration.ofHours(6));

  private final long gapMicros;

  public Sessionize(SessionRules rules) {
    this.gapMicros = micros(rules.gap());
  }

  private static long micros(Duration duration) {
    return TimeUnit.SECONDS.toMicros(duration.toSeconds());
  }

  /** Adds {@code session_key}. */
  public Dataset<Row> apply(Dataset<Row> events) {
    WindowSpec ordered =
        Window.partitionBy("visitor_id").orderBy(col("occurred_at"), col("event_id"));
    WindowSpec soFar = ordered.rowsBetween(Window.unboundedPreceding(), Window.currentRow());

    Column gap = col("occurred_at").minus(lag(col("occurred_at"), 1).over(ordered));
    Column startsSession =
        coalesce(not(col("cut").equalTo(lag(col("cut"), 1).over(ordered))), lit(true))
            .or(col("starts_chain"));

    return events
        .withColumn("starts_chain", coalesce(gap.gt(lit(gapMicros)), lit(true)))
        .withColumn(
            "chain_started_at",
            max(when(col("starts_chain"), coalesce(col("carried_started_at"), col("occurred_at"))))
                .over(soFar))
        .withColumn("first_mark", firstMark(col("chain_started_at").plus(lit(UNCUT_MICROS))))
        .withColumn("cut", cutNumber())
        .withColumn("starts_session", startsSession)
        .withColumn(
            "session_first_event_id",
            last(
                    when(
                        col("starts_session"),
                        coalesce(col("carried_first_event_id"), col("event_id"))),
                    true)
                .over(soFar))
        .withColumn("session_key", sessionKey())
        .drop(
            "starts_chain",
            "chain_started_at",
            "first_mark",
            "cut",
            "starts_session",
            "session_first_event_id");
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

  /** UUIDv5 of {@code v1\n<visitor_id>\n<first event id>}, in plain Spark functions. */
  private static Column sessionKey() {
    Column name = concat(lit("v1\n"), col("visitor_id"), lit("\n"), col("session_first_event_id"));
    Column digest =
        sha1(concat(lit(NameBasedUuid.bytes(NameBasedUuid.SESSION)), name.cast("binary")));
    // The variant is 10xx: the digit's two upper bits are replaced.
    Column variant = translate(substring(digest, 17, 1), "0123456789abcdef", "89ab89ab89ab89ab");
    return concat_ws(
        "-",
        substring(digest, 1, 8),
        substring(digest, 9, 4),
        concat(lit("5"), substring(digest, 14, 3)),
        concat(variant, substring(digest, 18, 3)),
        substring(digest, 21, 12));
  }
}
