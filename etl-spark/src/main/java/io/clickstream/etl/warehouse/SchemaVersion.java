package io.clickstream.etl.warehouse;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

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
  public static void require(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      ResultSet table = statement.executeQuery("SELECT to_regclass('schema_version') IS NOT NULL");
      table.next();
      if (!table.getBoolean(1)) {
        throw new LoadException(
            "Cannot load: the warehouse is not migrated. Run ./clickstream migrate.");
      }
      ResultSet version = statement.executeQuery("SELECT max(version) FROM schema_version");
      version.next();
      int found = version.getInt(1);
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
}
