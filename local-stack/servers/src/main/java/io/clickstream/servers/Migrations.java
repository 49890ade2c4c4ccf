package io.clickstream.servers;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;

/** Migrates a warehouse to the newest schema by Flyway. */
public final class Migrations {

  private final Path sql;

  /**
   * Creates the migrations: those of the schema, then the definitions of the marts.
   *
   * @param sql the folder that holds {@code migrations} and {@code marts}
   */
  public Migrations(Path sql) {
    this.sql = sql;
  }

  /**
   * Applies the migrations that are missing.
   *
   * @param password the password, or null if the server asks for none
   * @return the number of migrations applied and the version reached
   */
  public Outcome apply(String jdbcUrl, String user, String password) {
    return apply(Flyway.configure().dataSource(jdbcUrl, user, password));
  }

  /**
   * Applies the migrations that are missing.
   *
   * @param warehouse opens connections to the database
   */
  public Outcome apply(DataSource warehouse) {
    return apply(Flyway.configure().dataSource(warehouse));
  }

  private Outcome apply(FluentConfiguration database) {
    FluentConfiguration configuration =
        database
            .locations(
                "filesystem:" + sql.resolve("migrations"), "filesystem:" + sql.resolve("marts"))
            .connectRetries(0)
            .validateMigrationNaming(true);
    appliedByHand(configuration)
        .ifPresent(
            version ->
                configuration
                    .baselineOnMigrate(true)
                    .baselineVersion(MigrationVersion.fromVersion(version)));
    try {
      MigrateResult result = configuration.load().migrate();
      return new Outcome(
          result.migrationsExecuted,
          result.targetSchemaVersion != null
              ? result.targetSchemaVersion
              : result.initialSchemaVersion);
    } catch (FlywayException e) {
      throw new MigrationException(reason(e), e);
    }
  }

  /** The result of a migration run. */
  public record Outcome(int applied, String version) {}

  /** Returns the schema's version if psql applied the migrations, so that Flyway has no history. */
  private static Optional<String> appliedByHand(FluentConfiguration configuration) {
    try (Connection connection = configuration.getDataSource().getConnection();
        Statement statement = connection.createStatement()) {
      ResultSet tables =
          statement.executeQuery(
              """
              SELECT to_regclass('schema_version') IS NOT NULL
                AND to_regclass('flyway_schema_history') IS NULL""");
      tables.next();
      if (!tables.getBoolean(1)) {
        return Optional.empty();
      }
      ResultSet version = statement.executeQuery("SELECT max(version) FROM schema_version");
      version.next();
      return Optional.ofNullable(version.getString(1));
    } catch (SQLException | FlywayException e) {
      throw new MigrationException("Cannot connect to the warehouse: " + reason(e), e);
    }
  }

  /**
   * Returns the first line of the server's own message. This module knows no other, so it cannot
   * share this with them.
   */
  private static String reason(Throwable thrown) {
    Throwable reason = thrown;
    while (reason.getCause() != null) {
      reason = reason.getCause();
    }
    String message = reason.getMessage();
    return message == null ? reason.toString() : message.lines().findFirst().orElse("").strip();
  }

  /** Thrown if a migration fails; nothing of it is applied. */
  public static final class MigrationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MigrationException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
