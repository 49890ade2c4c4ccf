package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;

/** The version of the warehouse's schema, the number of its newest migration. */
public final class SchemaVersion {

  /** The version that this job is made for. */
  static final int OF_JOB = 2;

  /**
   * The newest migration of a warehouse.
   *
   * @param compatibleSince least version for which a job may be made that loads into it
   */
  private record Applied(long version, long compatibleSince) {}

  private SchemaVersion() {}

  /**
   * Checks that this job can load into a warehouse: its schema is that of the job, or a newer one
   * that says that it is compatible. So a schema can be migrated before the job is replaced.
   *
   * @throws LoadException if the schema is older or not compatible, or there is none
   */
  public static void require(SqlConnection connection) {
    if (connection.number("SELECT count(to_regclass('schema_version'))") == 0) {
      throw new LoadException(
          "Cannot load: the warehouse is not migrated. Run ./clickstream migrate.");
    }
    Applied newest =
        connection
            .firstRow(
                "SELECT version, compatible_since FROM schema_version ORDER BY version DESC LIMIT 1",
                row -> new Applied(row.getLong(1), row.getLong(2)))
            .orElse(new Applied(0, 0));
    if (newest.version() < OF_JOB) {
      throw new LoadException(
          "Cannot load: the warehouse has schema version %d, but this job needs %d. Run ./clickstream migrate."
              .formatted(newest.version(), OF_JOB));
    }
    if (newest.compatibleSince() > OF_JOB) {
      throw new LoadException(
          "Cannot load: the warehouse has schema version %d, which needs a job for version %d or later; this one is for %d. Use the job of a newer release."
              .formatted(newest.version(), newest.compatibleSince(), OF_JOB));
    }
  }
}
