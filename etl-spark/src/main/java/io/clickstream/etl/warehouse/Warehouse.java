package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.Database;
import io.clickstream.etl.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The address of the warehouse, and the login of the job.
 *
 * <p>Executors receive it inside serialized tasks only. Its text form has no password.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/database}
 * @param user database user
 * @param password password of the user, or null if the server requires none
 * @param tls how connections are protected; if null, by TLS if the server offers it
 */
public record Warehouse(String jdbcUrl, String user, String password, Tls tls) implements Database {

  private static final String CONNECT_TIMEOUT_S = "10";

  /**
   * Least memory for a sort or a hash table. The server's default of 4 MB would write the sorts of
   * a slice to disk. At most two connections of a run sort at the same time.
   */
  private static final String WORK_MEMORY = "128MB";

  /**
   * Opens a connection in auto-commit mode.
   *
   * <p>Its time zone is UTC. Its isolation level is READ COMMITTED, because a snapshot from before
   * the warehouse lock would be wrong. It has no timeouts on the server, because a merge waits for
   * other runs and for Spark. If the client dies, the server ends the connection within seconds.
   *
   * <p>It acts as {@code clickstream_etl} if the user is a member of that role, as every superuser
   * is. So it has no more rights than needed, and any other loader may drop its staging tables.
   */
  @Override
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (password != null) {
      properties.setProperty("password", password);
    }
    if (tls != null) {
      properties.putAll(tls.properties());
    }
    properties.setProperty("ApplicationName", "clickstream-etl");
    properties.setProperty("connectTimeout", CONNECT_TIMEOUT_S);
    properties.setProperty("tcpKeepAlive", "true");
    // DriverManager does not see the drivers in the class loader of spark-submit.
    Connection connection = new org.postgresql.Driver().connect(jdbcUrl, properties);
    if (connection == null) {
      throw new SQLException("Cannot connect: " + jdbcUrl + " is not a PostgreSQL JDBC URL.");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          SqlStatement.of(Warehouse.class, "configure_connection")
              .with("work_memory", WORK_MEMORY)
              .text());
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Returns the same server and login for a library that opens connections by itself. */
  public DataSource dataSource() throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl);
    source.setUser(user);
    source.setPassword(password);
    if (tls != null) {
      for (Map.Entry<String, String> property : tls.properties().entrySet()) {
        source.setProperty(property.getKey(), property.getValue());
      }
    }
    return source;
  }

  @Override
  public String toString() {
    return user + " at " + jdbcUrl;
  }
}
