package io.clickstream.local;

import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.PrivateFiles;
import io.clickstream.servers.ProcessReaper;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the R Shiny dashboards in a process that reads the warehouse as a read-only role. */
final class Dashboards implements AutoCloseable {

  /** The role of the dashboards. It gets another password at each start. */
  private static final String USER = "dashboards";

  /** The same limits as those of a host (infra/host/warehouse/roles.sql). */
  private static final List<String> LIMITS =
      List.of(
          "ALTER ROLE " + USER + " CONNECTION LIMIT 30",
          "ALTER ROLE " + USER + " SET default_transaction_read_only = on",
          "ALTER ROLE " + USER + " SET statement_timeout = '60s'",
          "ALTER ROLE " + USER + " SET idle_in_transaction_session_timeout = '60s'",
          "ALTER ROLE " + USER + " SET temp_file_limit = '2GB'",
          "REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC");

  /** The line that Shiny prints when it is ready. */
  private static final String LISTENING = "Listening on ";

  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final int LINES_SHOWN = 5;

  private final Process process;
  private final URI address;
  private final Path log;

  /**
   * Starts the process.
   *
   * @param port the port on loopback; 0 for a free one
   * @param log the file for the output of R
   * @param reaper ends the process if this one is killed
   */
  Dashboards(Home home, PostgresServer postgres, int port, Path log, ProcessReaper reaper)
      throws IOException {
    this.log = log;
    Files.createDirectories(log.getParent());
    String password = PrivateFiles.secret();
    try {
      createLogin(postgres, password);
    } catch (SQLException e) {
      throw new IOException("Cannot create the role " + USER + " of the dashboards.", e);
    }
    int chosen = freePort(port);
    String key = key(log.getParent().resolveSibling("dashboards.key"));
    address = URI.create("http://127.0.0.1:" + chosen + "/?key=" + key);
    ProcessBuilder program =
        new ProcessBuilder(
                "Rscript",
                "--vanilla",
                "-e",
                "shiny::runApp('.', host = '127.0.0.1', port = %d, launch.browser = FALSE)"
                    .formatted(chosen))
            .directory(home.folder().resolve("shiny").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    program.environment().keySet().removeIf(name -> name.startsWith("DW_"));
    program
        .environment()
        .putAll(
            Map.of(
                "DW_HOST",
                "127.0.0.1",
                "DW_PORT",
                Integer.toString(postgres.port()),
                "DW_NAME",
                LocalStack.DATABASE,
                "DW_USER",
                USER,
                "DW_PASSWORD",
                password,
                "DASHBOARD_KEY",
                key));
    process = program.start();
    reaper.guard(process.pid());
  }

  /** Returns the key that the dashboards ask for, because all users of this machine reach them. */
  private static String key(Path file) throws IOException {
    if (!Files.exists(file)) {
      PrivateFiles.write(file, PrivateFiles.secret());
    }
    return PrivateFiles.read(file);
  }

  private static void createLogin(PostgresServer postgres, String password) throws SQLException {
    try (Connection connection = postgres.connect(LocalStack.DATABASE);
        Statement statement = connection.createStatement()) {
      if (!statement.executeQuery("SELECT FROM pg_roles WHERE rolname = '" + USER + "'").next()) {
        statement.execute("CREATE ROLE " + USER + " LOGIN IN ROLE clickstream_reader");
      }
      for (String limit : LIMITS) {
        statement.execute(limit);
      }
      // The password consists of letters, digits, - and _.
      statement.execute("ALTER ROLE " + USER + " PASSWORD '" + password + "'");
    }
  }

  /** Fails early when the port is in use, which R reports late and in many lines. */
  private static int freePort(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new IOException(
          "Cannot start the dashboards: port %d is in use. Give another one by --dashboards-port."
              .formatted(port),
          e);
    }
  }

  /** Waits until the dashboards are ready. */
  Dashboards awaitReady() throws IOException, InterruptedException {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (process.isAlive() && Instant.now().isBefore(limit)) {
      if (Files.readString(log).contains(LISTENING)) {
        return this;
      }
      Thread.sleep(100);
    }
    throw new IOException(
        "Cannot start the dashboards on %s: %s. See %s."
            .formatted(
                address.resolve("/"),
                process.isAlive() ? "no response in " + START_LIMIT : lastLines(),
                log));
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    return String.join(" ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }

  /** Returns the address of the dashboards, with the key that they ask for. */
  URI address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
