package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import io.clickstream.etl.schema.SessionizedRow;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * Iterates over the {@link SessionizedRow}s of sorted events to which {@link Sessionize} was
 * applied.
 */
final class SessionRows implements Iterator<Row> {

  private static final int EVENT_ID = Columns.SESSION_INPUT.indexOf("event_id");
  private static final int CONTINUED = Columns.SESSION_INPUT.indexOf("continued");

  private final Iterator<Row> events;
  private final Entrances entrances;
  private SessionSummary session;
  private Row following;

  SessionRows(Iterator<Row> events, Entrances entrances) {
    this.events = events;
    this.entrances = entrances;
    advance();
  }

  private void advance() {
    following = events.hasNext() ? events.next() : null;
  }

  @Override
  public boolean hasNext() {
    return following != null || session != null;
  }

  @Override
  public Row next() {
    while (following != null) {
      Row event = following;
      if (session != null && !session.holds(event)) {
        return endSession();
      }
      if (session == null) {
        session = new SessionSummary(event, entrances);
      }
      session.add(event);
      advance();
      if (event.isNullAt(CONTINUED)) {
        return SessionizedRow.EVENT.row(event.getString(EVENT_ID), session.key());
      }
    }
    if (session == null) {
      throw new NoSuchElementException();
    }
    return endSession();
  }

  private Row endSession() {
    Object[] values = session.values();
    session = null;
    return SessionizedRow.SESSION.row(values);
  }
}
