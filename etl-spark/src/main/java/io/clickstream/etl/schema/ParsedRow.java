package io.clickstream.etl.schema;

import io.clickstream.etl.schema.TaggedRows.Group;

/** The rows that the parse stage returns. */
public final class ParsedRow {

  /** All groups. */
  public static final TaggedRows ALL =
      TaggedRows.of(
          new Group("event", "", Columns.STAGED_EVENT),
          new Group("rejected", "rejected_", Columns.REJECTED_RECORD),
          new Group("erased", "erased_", Columns.ERASED_RECORD),
          new Group("object", "object_", Columns.OBJECT_OUTCOME));

  /** A record that is an event. */
  public static final RowGroup EVENT = ALL.group("event");

  /** A record that is not an event. */
  public static final RowGroup REJECTED = ALL.group("rejected");

  /** A record that an erasure request matches; only its key is left. */
  public static final RowGroup ERASED = ALL.group("erased");

  /** The outcome of reading one object, as the source stage returned it. */
  public static final RowGroup OBJECT = ALL.group("object");

  private ParsedRow() {}
}
