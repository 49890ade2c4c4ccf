package io.clickstream.etl.source;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.event.Limits;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;

/** Creates {@link RawRow}s. */
final class RawRows {

  private RawRows() {}

  /**
   * A record.
   *
   * @param body all of it, or of one that is too large at least the first {@link
   *     Limits#REJECT_BODY_BYTES}
   * @param length its full length
   */
  static Row record(String key, ListedObject object, byte[] body, long length) {
    byte[] kept =
        length <= Limits.RECORD_BYTES ? body : Arrays.copyOf(body, Limits.REJECT_BODY_BYTES);
    long lastModified = TimeUnit.MILLISECONDS.toMicros(object.lastModifiedMillis());
    return RawRow.RECORD.row(key, lastModified, kept, length);
  }

  /** An object of which all records are handed on. */
  static Row read(String objectKey, int records) {
    return object(objectKey, "read", records, null);
  }

  /** An object that is gone since it was listed. */
  static Row vanished(ListedObject object) {
    return object(object.key().relative(), "vanished", 0, null);
  }

  /** An object of which no record is handed on. */
  static Row unreadable(ListedObject object, String why) {
    return object(object.key().relative(), "unreadable", 0, why);
  }

  private static Row object(String key, String outcome, int records, String detail) {
    return RawRow.OBJECT.row(key, outcome, records, detail);
  }
}
