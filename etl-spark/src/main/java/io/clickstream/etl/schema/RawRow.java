package io.clickstream.etl.schema;

import io.clickstream.etl.schema.TaggedRows.Group;

/** The rows that the source stage returns: the records of an object, then the object itself. */
public final class RawRow {

  /** All groups. */
  public static final TaggedRows ALL =
      TaggedRows.of(
          new Group("record", "", Columns.RAW_RECORD),
          new Group("object", "object_", Columns.OBJECT_OUTCOME));

  /** One record, as its bytes. */
  public static final RowGroup RECORD = ALL.group("record");

  /** The outcome of reading one object; follows all of its records. */
  public static final RowGroup OBJECT = ALL.group("object");

  private RawRow() {}
}
