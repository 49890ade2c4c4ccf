package io.clickstream.etl.job;

import io.clickstream.etl.sessionize.AffectedRanges;
import io.clickstream.etl.sessionize.SessionRules;
import io.clickstream.etl.sessionize.Sessionize;
import io.clickstream.etl.sessionize.SiteCategories;
import io.clickstream.etl.sessionize.SummarizeSessions;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.SessionStaging;
import io.clickstream.etl.staging.SessionStaging.Gathered;
import io.clickstream.etl.staging.StagingTables;
import io.clickstream.etl.warehouse.ChannelSources;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Computes sessions in Spark from staged and stored rows.
 *
 * <ol>
 *   <li><b>Gather</b> the rows to sessionize in a staging table ({@link SessionStaging}). A rebuild
 *       reads all stored events instead.
 *   <li><b>Sessionize</b> and <b>summarize</b> them in Spark.
 *   <li><b>Write</b> the sessions into staging tables.
 * </ol>
 *
 * The transform is the same for a slice and for a rebuild.
 */
final class SessionizeInSpark {

  private final Run run;
  private final SqlConnection stagingConnection;
  private final StagingTables staging;
  private final SessionStaging sessions;

  SessionizeInSpark(Run run, SqlConnection stagingConnection, StagingTables staging) {
    this.run = run;
    this.stagingConnection = stagingConnection;
    this.staging = staging;
    this.sessions = new SessionStaging(run.warehouse(), stagingConnection, staging);
  }

  /** Finds the affected ranges, and gathers the rows that their sessions are computed from. */
  Gathered gatherAffected() {
    sessions.findChanges();
    return sessions.gather(
        AffectedRanges.query(staging.changes(), run.settings().sessionGapSeconds()));
  }

  /** Computes the sessions of the gathered rows. */
  void sessionizeAffected(Gathered gathered) {
    sessions.write(sessionize(sessions.readGathered(run.spark(), gathered)));
  }

  /**
   * Computes the sessions of all stored events.
   *
   * @return the number of stored events
   */
  long sessionizeAll() {
    long events = sessions.storedEvents();
    sessions.write(sessionize(sessions.readStoredEvents(run.spark(), events)));
    return events;
  }

  private Dataset<Row> sessionize(Dataset<Row> byVisitor) {
    SessionRules rules = run.settings().sessionRules();
    SiteCategories categories = new SiteCategories(ChannelSources.categories(stagingConnection));
    return new SummarizeSessions(rules, categories).apply(new Sessionize(rules).apply(byVisitor));
  }
}
