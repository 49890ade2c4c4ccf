package io.clickstream.etl.schema;

import io.clickstream.etl.schema.TaggedRows.Group;

/** The rows that the sessionize stage returns: the events of a session, then the session. */
public final class SessionizedRow {

  /** All groups. */
  public static final TaggedRows ALL =
      TaggedRows.of(
          new Group("event", "event_", Columns.EVENT_SESSION),
          new Group("session", "session_", Columns.SESSION));

  /** The session of one event. */
  public static final RowGroup EVENT = ALL.group("event");

  /** One session. */
  public static final RowGroup SESSION = ALL.group("session");

  private SessionizedRow() {}
}
