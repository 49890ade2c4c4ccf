package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.SessionizedRow;
import java.io.Serializable;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Computes the session key of each event and one row per session.
 *
 * <p>Input: the output of {@link Sessionize}, with all events of a visitor in one partition.
 * Output: {@link SessionizedRow}, the events of a session and then the session. A continued session
 * gives no event row.
 *
 * <p>The columns of a session depend on its own events only, in the order ({@code occurred_at},
 * {@code event_id}). The transform is one pass over sorted rows and needs constant memory: it keeps
 * at most {@link SessionRules#MAX_ORDERS} order ids of a session.
 */
public final class SummarizeSessions implements Serializable {

  private static final long serialVersionUID = 1L;

  private final SessionRules rules;
  private final SiteCategories sites;

  /**
   * Creates the transform.
   *
   * @param sites categories of sites, which tell payment gateways and sign-in providers
   */
  public SummarizeSessions(SessionRules rules, SiteCategories sites) {
    this.rules = rules;
    this.sites = sites;
  }

  /** Returns the rows of all sessions. */
  public Dataset<Row> apply(Dataset<Row> sessionized) {
    return sessionized
        .sortWithinPartitions("visitor_id", "occurred_at", "event_id")
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                events -> new SessionRows(events, new Entrances(rules, sites)),
            Encoders.row(SessionizedRow.ALL.sparkSchema()));
  }
}
