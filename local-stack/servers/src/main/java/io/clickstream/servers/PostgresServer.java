package io.clickstream.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A real PostgreSQL server on loopback, from binaries on Maven Central. Ends with us, however we
 * end.
 */
public final class PostgresServer implements AutoCloseable {

  /** The server's superuser; it asks for no password on loopback. */
  public static final String USER = "postgres";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final EmbeddedPostgres server;

  /**
   * Starts.
   *
   * @param dataFolder made if missing; an existing one is used on
   * @param port 0 for a free one
   * @param durable whether a crash of the machine must lose nothing
   * @param lifeline stops the server if we are killed, also while it starts
   */
  public PostgresServer(Path dataFolder, int port, boolean durable, ProcessReaper lifeline)
      throws IOException {
    requireUserNamespaces();
    String safe = durable ? "on" : "off";
    // One of a server that crashed names a process that may be another by now.
    if (!Files.exists(pidFile(dataFolder))) {
      lifeline.starting(dataFolder);
    }
    Path binaries = binaries();
    // The library makes this folder even when told of another; it would be shared by all users.
    System.setProperty("ot.epg.working-dir", binaries.toString());
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(dataFolder)
            .setCleanDataDirectory(false)
            .setOverrideWorkingDirectory(binaries.toFile())
            .setRegisterShutdownHook(false)
            .setPort(port)
            .setPGStartupWait(START_LIMIT)
            .setLocaleConfig("locale", "C")
            .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
            .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("fsync", safe)
            .setServerConfig("synchronous_commit", safe)
            .setServerConfig("full_page_writes", safe)
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("work_mem", "32MB")
            .setServerConfig("maintenance_work_mem", "128MB")
            .setServerConfig("max_wal_size", "4GB")
            .setServerConfig("checkpoint_timeout", "15min")
            .setServerConfig("max_connections", "100")
            .setServerConfig("timezone", "UTC")
            .setServerConfig("jit", "off")
            .start();
    lifeline.guard(postmasterPid(dataFolder));
    lifeline.started();
  }

  /** PostgreSQL refuses to run as root, so for root it runs in a user namespace. */
  private static void requireUserNamespaces() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return;
    }
    try {
      Process attempt =
          new ProcessBuilder("unshare", "-U", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (attempt.waitFor() != 0) {
        throw new IOException(
            "PostgreSQL does not run as root, and user namespaces (unshare -U) are not allowed here:"
                + " run as another user");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting PostgreSQL", e);
    }
  }

  /** One place a user, not a machine: another user could not write to it. */
  private static Path binaries() throws IOException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return Files.createDirectories(base.resolve("clickstream/postgresql"));
  }

  private static long postmasterPid(Path dataFolder) throws IOException {
    return Long.parseLong(Files.readAllLines(pidFile(dataFolder)).get(0).strip());
  }

  private static Path pidFile(Path dataFolder) {
    return dataFolder.resolve("postmaster.pid");
  }

  /** The port. */
  public int port() {
    return server.getPort();
  }

  /** {@code jdbc:postgresql://127.0.0.1:<port>/<database>}. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  /** Makes a database if it is not there. */
  public void createDatabase(String name) throws SQLException {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a plain database name: " + name);
    }
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      boolean exists =
          statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + name + "'").next();
      if (!exists) {
        statement.execute("CREATE DATABASE " + name);
      }
    }
  }

  /** A connection as the superuser. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), USER, null);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
