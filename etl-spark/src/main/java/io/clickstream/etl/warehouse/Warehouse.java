package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * How to reach the warehouse. Travels to executors inside serialized tasks, and nowhere else: it
 * never prints its password.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/database}
 * @param user database user
 * @param password its password, or null where the server asks for none
 * @param authorities certificates, as PEM text, of the authorities that the server's must come
 *     from; null leaves TLS to the URL
 */
public record Warehouse(String jdbcUrl, String user, String password, String authorities)
    implements Database {

  private static final String CONNECT_TIMEOUT_S = "10";

  /**
   * At least so much for a sort or a hash table: the server's default of 4 MB puts a slice's on
   * disk. Two connections of one run at a time sort and hash.
   */
  private static final String WORK_MEMORY = "128MB";

  /**
   * Opens a connection in UTC, in auto-commit mode, READ COMMITTED whatever the server's default (a
   * snapshot from before the lock would be wrong), without server-side timeouts: a merge waits for
   * its turn and for Spark as long as it takes. The server drops it within seconds when we die.
   *
   * <p>Acts as {@code clickstream_etl} where the user is a member, a superuser too: no more rights
   * than needed, and staging tables that any other loader may drop.
   */
  @Override
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (password != null) {
      properties.setProperty("password", password);
    }
    if (authorities != null) {
      properties.setProperty("sslmode", "verify-full");
      properties.setProperty("sslrootcert", AuthoritiesFile.of(authorities));
    }
    properties.setProperty("ApplicationName", "clickstream-etl");
    properties.setProperty("connectTimeout", CONNECT_TIMEOUT_S);
    properties.setProperty("tcpKeepAlive", "true");
    // By class: DriverManager does not see drivers of spark-submit's class loader.
    Connection connection = new org.postgresql.Driver().connect(jdbcUrl, properties);
    if (connection == null) {
      throw new SQLException("not a PostgreSQL JDBC URL: " + jdbcUrl);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          SET timezone = 'UTC';
          SET search_path = public;
          SET default_transaction_isolation = 'read committed';
          SET statement_timeout = 0;
          SET lock_timeout = 0;
          SET idle_in_transaction_session_timeout = 0;
          SELECT set_config('work_mem', '%1$s', false)
          WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('%1$s');
          DO $$
          BEGIN
            SET client_connection_check_interval = '5s';
          EXCEPTION WHEN invalid_parameter_value THEN
            NULL; -- Not on every operating system.
          END
          $$;
          SELECT set_config('role', rolname, false) FROM pg_roles
          WHERE rolname = 'clickstream_etl' AND pg_has_role(oid, 'MEMBER')"""
              .formatted(WORK_MEMORY));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return user + " at " + jdbcUrl;
  }
}
