package io.clickstream.etl.source;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.event.Limits;
import io.clickstream.event.RawKey;
import java.util.Arrays;
import org.apache.spark.sql.Row;

/** Creates {@link RawRow}s. */
final class RawRows {

  private RawRows() {}

  /**
   * Returns the row of a record.
   *
   * @param body the whole record; when it is too large, at least the first {@link
   *     Limits#REJECT_BODY_BYTES}
   * @param length the length of the whole record
   */
  static Row record(String key, long lastModifiedMicros, byte[] body, long length) {
    byte[] kept =
        length <= Limits.RECORD_BYTES ? body : Arrays.copyOf(body, Limits.REJECT_BODY_BYTES);
    return RawRow.RECORD.row(key, lastModifiedMicros, kept, length);
  }

  /** Returns the row of an object whose records all have rows. */
  static Row read(String objectKey, int records) {
    return object(objectKey, "read", records, null);
  }

  /** Returns the row of an object that was deleted after the listing. */
  static Row vanished(RawKey key) {
    return object(key.relative(), "vanished", 0, null);
  }

  /** Returns the row of an object that cannot be read, and whose records have no rows. */
  static Row unreadable(RawKey key, String why) {
    return object(key.relative(), "unreadable", 0, why);
  }

  private static Row object(String key, String outcome, int records, String detail) {
    return RawRow.OBJECT.row(key, outcome, records, detail);
  }
}
