package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;

/**
 * The bytes of rejected records, which may hold anything about a person, but no id to find them.
 */
public final class RejectedBytes {

  private RejectedBytes() {}

  /**
   * Empties the bytes of records that lie under an hour which is older than a number of days. The
   * age is counted from the latest loaded hour, and the order of loads does not matter.
   *
   * @param days 0 keeps all bytes
   */
  public static void forget(SqlConnection merge, int days) {
    if (days == 0) {
      return;
    }
    try (NamedStatement update =
        merge.prepare(SqlStatement.of(RejectedBytes.class, "forget_rejected_bytes"))) {
      update.set("days", days).update();
    }
  }
}
