package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;

/** The version of the warehouse's schema, the number of its newest migration. */
public final class SchemaVersion {

  /** The version that this job reads and writes. */
  static final int REQUIRED = 2;

  private SchemaVersion() {}

  /**
   * Checks the version of a warehouse.
   *
   * @throws LoadException if the warehouse has another version, or none
   */
  public static void require(SqlConnection connection) {
    if (connection.number("SELECT count(to_regclass('schema_version'))") == 0) {
      throw new LoadException(
          "Cannot load: the warehouse is not migrated. Run ./clickstream migrate.");
    }
    long found = connection.number("SELECT max(version) FROM schema_version");
    if (found != REQUIRED) {
      throw new LoadException(
          "Cannot load: the warehouse has schema version "
              + found
              + ", but this job needs "
              + REQUIRED
              + ". Run ./clickstream migrate, or the job of that version.");
    }
  }
}
