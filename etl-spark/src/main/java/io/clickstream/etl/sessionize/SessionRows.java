package io.clickstream.etl.sessionize;

import io.clickstream.etl.schema.Columns;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The rows of {@link Columns#SESSIONIZED} for sorted events that {@link Sessionize} has told apart.
 */
final class SessionRows implements Iterator<Row> {

  private static final int EVENT_ID = Columns.SESSION_INPUT.indexOf("event_id");
  private static final int CARRIED = Columns.SESSION_INPUT.indexOf("carried");

  private static final int WIDTH = Columns.SESSIONIZED.all().size();
  private static final int SESSION_FROM = 1 + Columns.EVENT_SESSION.all().size();

  private final Iterator<Row> events;
  private final SessionRules rules;
  private SessionSummary session;
  private Row following;

  SessionRows(Iterator<Row> events, SessionRules rules) {
    this.events = events;
    this.rules = rules;
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
        session = new SessionSummary(event, rules);
      }
      session.add(event);
      advance();
      if (event.isNullAt(CARRIED)) {
        return row("event", 1, event.getString(EVENT_ID), session.key());
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
    return row("session", SESSION_FROM, values);
  }

  private static Row row(String kind, int from, Object... values) {
    Object[] row = new Object[WIDTH];
    row[0] = kind;
    System.arraycopy(values, 0, row, from, values.length);
    return RowFactory.create(row);
  }
}
