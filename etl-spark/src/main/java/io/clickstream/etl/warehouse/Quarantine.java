package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.staging.StagingTables;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The table {@code etl_quarantine}: raw objects that are left out because a load failed on them.
 */
public final class Quarantine {

  /**
   * A run that may try quarantined objects again. It does so if another version quarantined them,
   * or if it is asked to; never those that it has quarantined itself.
   *
   * @param retries whether to try those of its own version too
   */
  public record Attempt(UUID runId, String version, boolean retries) {}

  private Quarantine() {}

  /** Returns the keys of the objects in some hours that a run leaves out. */
  public static Set<String> objects(
      SqlConnection connection, List<Instant> hours, Attempt attempt) {
    Object[] wanted = hours.stream().map(hour -> hour.atOffset(ZoneOffset.UTC)).toArray();
    try (NamedStatement query = prepare(connection, "quarantined_objects", attempt)) {
      return Set.copyOf(
          query.setArray("hours", "timestamptz", wanted).rows(row -> row.getString(1)));
    }
  }

  /** Returns the hours of the objects that a run tries again. */
  public static List<Instant> hoursToRetry(SqlConnection connection, Attempt attempt) {
    try (NamedStatement query = prepare(connection, "quarantined_hours", attempt)) {
      return query.rows(row -> row.getObject(1, OffsetDateTime.class).toInstant());
    }
  }

  /** Records an object on which a load failed. */
  public static void add(
      SqlConnection connection, String objectKey, Instant hour, String error, Attempt attempt) {
    try (NamedStatement insert =
        connection.prepare(SqlStatement.of(Quarantine.class, "quarantine_object"))) {
      insert
          .set("object_key", objectKey)
          .set("hour", hour.atOffset(ZoneOffset.UTC))
          .set("error", error)
          .set("version", attempt.version())
          .set("run_id", attempt.runId())
          .update();
    }
  }

  /** Removes the objects that a merge loads. */
  public static void removeLoaded(SqlConnection merge, StagingTables staging) {
    merge.update(
        "DELETE FROM etl_quarantine WHERE object_key IN (SELECT object_key FROM %s)"
            .formatted(staging.objects()));
  }

  private static NamedStatement prepare(
      SqlConnection connection, String statement, Attempt attempt) {
    return connection
        .prepare(SqlStatement.of(Quarantine.class, statement))
        .set("version", attempt.version())
        .set("retries", attempt.retries())
        .set("run_id", attempt.runId());
  }
}
