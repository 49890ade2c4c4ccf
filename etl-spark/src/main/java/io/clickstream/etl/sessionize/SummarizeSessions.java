package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.SessionizedRow;
import java.io.Serializable;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Sessionized events to the session of each event and one row a session.
 *
 * <p>Input: the output of {@link Sessionize}, with all events of a visitor in one partition. Output
 * {@link SessionizedRow}: a session's events, without a carried one, and then the session. Each of
 * its columns depends on its own events only, taken in the order (occurred_at, event_id): one pass
 * over sorted rows, in constant memory but for a session's order ids.
 */
public final class SummarizeSessions implements Serializable {

  private static final long serialVersionUID = 1L;

  private final SessionRules rules;

  public SummarizeSessions(SessionRules rules) {
    this.rules = rules;
  }

  /** Folds each session's events. */
  public Dataset<Row> apply(Dataset<Row> sessionized) {
    return sessionized
        .sortWithinPartitions("visitor_id", "occurred_at", "event_id")
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) events -> new SessionRows(events, rules),
            Encoders.row(SessionizedRow.ALL.sparkSchema()));
  }
}
