package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import java.io.Serializable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Sessionized events to one row a session.
 *
 * <p>Input: the output of {@link Sessionize}, with all events of a visitor in one partition. Output
 * {@link Columns#SESSION}. Each column depends on the session's own events only, taken in the order
 * (occurred_at, event_id): one pass over sorted rows, in constant memory but for a session's order
 * ids.
 */
public final class SummarizeSessions implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int SESSION_KEY = Columns.SESSION_INPUT.all().size();

  private final SessionRules rules;

  public SummarizeSessions(SessionRules rules) {
    this.rules = rules;
  }

  /** Folds each session's events. */
  public Dataset<Row> apply(Dataset<Row> sessionized) {
    return sessionized
        .sortWithinPartitions("visitor_id", "occurred_at", "event_id")
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) this::fold,
            Encoders.row(Columns.SESSION.sparkSchema()));
  }

  private Iterator<Row> fold(Iterator<Row> events) {
    return new Iterator<>() {
      private Row ahead = events.hasNext() ? events.next() : null;

      @Override
      public boolean hasNext() {
        return ahead != null;
      }

      @Override
      public Row next() {
        if (ahead == null) {
          throw new NoSuchElementException();
        }
        String sessionKey = ahead.getString(SESSION_KEY);
        SessionSummary summary = new SessionSummary(sessionKey, rules);
        while (ahead != null && ahead.getString(SESSION_KEY).equals(sessionKey)) {
          summary.add(ahead);
          ahead = events.hasNext() ? events.next() : null;
        }
        return summary.toRow();
      }
    };
  }
}
