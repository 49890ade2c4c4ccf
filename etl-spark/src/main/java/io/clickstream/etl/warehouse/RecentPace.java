package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import java.util.Optional;

/** The pace of the last slices that read many records, as the ledger has it. */
public final class RecentPace {

  private RecentPace() {}

  /** Returns records per second, of start to end of slices; nothing if no slice read many. */
  public static Optional<Double> recordsPerSecond(SqlConnection connection) {
    return connection.firstRow(
        SqlStatement.of(RecentPace.class, "recent_pace").text(), row -> row.getDouble(1));
  }
}
