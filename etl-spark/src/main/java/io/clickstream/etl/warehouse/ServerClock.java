package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import java.time.Instant;
import java.time.OffsetDateTime;

/** The clock of the database server, by which runs on several machines order their listings. */
public final class ServerClock {

  private ServerClock() {}

  /** Returns the server's time. */
  public static Instant now(SqlConnection connection) {
    return connection
        .firstRow("SELECT clock_timestamp()", row -> row.getObject(1, OffsetDateTime.class))
        .orElseThrow()
        .toInstant();
  }
}
