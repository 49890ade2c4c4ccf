package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.Database;
import io.clickstream.etl.sql.SqlStatement;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
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

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** The longest wait for one answer of the server during the login. */
  static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(60);

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
   * other runs and for Spark. If the client dies, the server ends the connection within seconds. If
   * the server's host vanishes, the connection fails within about a minute ({@link
   * WatchedSockets}), and a statement may take as long as it needs.
   *
   * <p>It acts as {@code clickstream_etl} if the user is a member of that role, as every superuser
   * is. So it has no more rights than needed, and any other loader may drop its staging tables.
   *
   * @throws SQLException if the server refuses the connection, accepts none within 10 s, or sends
   *     nothing for 60 s during the login
   */
  @Override
  public Connection connect() throws SQLException {
    return connect(LOGIN_TIMEOUT, WatchedSockets.LIMIT);
  }

  /**
   * Opens a connection as above, with other limits.
   *
   * @param loginTimeout the longest wait for each answer during the login
   * @param silence the time for which a read or write waits before the server's host is tried
   */
  Connection connect(Duration loginTimeout, Duration silence) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (password != null) {
      properties.setProperty("password", password);
    }
    if (tls != null) {
      properties.putAll(tls.properties());
    }
    properties.setProperty("ApplicationName", "clickstream-etl");
    properties.setProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    // The driver's own loginTimeout would leave a thread and a socket behind at each attempt.
    properties.setProperty("socketTimeout", Long.toString(loginTimeout.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("socketFactory", WatchedSockets.class.getName());
    properties.setProperty("socketFactoryArg", silence.toString());
    // DriverManager does not see the drivers in the class loader of spark-submit.
    Connection connection;
    try {
      connection = new Driver().connect(jdbcUrl, properties);
    } catch (SQLException e) {
      throw isSilence(e) ? silent(loginTimeout, e) : e;
    }
    if (connection == null) {
      throw new SQLException("Cannot connect: " + jdbcUrl + " is not a PostgreSQL JDBC URL.");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          SqlStatement.of(Warehouse.class, "configure_connection")
              .with("work_memory", WORK_MEMORY)
              .text());
      connection.setNetworkTimeout(Runnable::run, socketTimeoutOfUrl());
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw isSilence(e) ? silent(loginTimeout, e) : e;
    }
  }

  /** Returns the time in milliseconds for which the URL lets a query wait; 0 is without a limit. */
  private int socketTimeoutOfUrl() throws SQLException {
    Properties ofUrl = Driver.parseURL(jdbcUrl, null);
    return ofUrl == null ? 0 : 1_000 * PGProperty.SOCKET_TIMEOUT.getInt(ofUrl);
  }

  private static boolean isSilence(SQLException thrown) {
    return thrown.getCause() instanceof SocketTimeoutException timeout
        && !"Connect timed out".equalsIgnoreCase(timeout.getMessage());
  }

  private static SQLException silent(Duration loginTimeout, SQLException thrown) {
    return new SQLException(
        "the server accepted the connection, but sent nothing for %d s. Check that PostgreSQL listens there, and that it can start processes."
            .formatted(loginTimeout.toSeconds()),
        thrown.getSQLState(),
        thrown);
  }

  /** Returns the same server and login for a library that opens connections by itself. */
  public DataSource dataSource() throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    // The URL may set other limits.
    source.setConnectTimeout((int) CONNECT_TIMEOUT.toSeconds());
    source.setLoginTimeout((int) LOGIN_TIMEOUT.toSeconds());
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
