package io.clickstream.local;

import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
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

/** The dashboards: R Shiny on the warehouse, as a login that may only read. */
final class Dashboards implements AutoCloseable {

  /** Who reads; trusted on loopback, as everybody is. */
  private static final String USER = "dashboards";

  /** What Shiny says then. */
  private static final String LISTENING = "Listening on ";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final int LINES_TOLD = 5;

  private final Process process;
  private final URI address;
  private final Path log;

  /**
   * Begins to start them.
   *
   * @param port on loopback; 0 for a free one
   * @param log receives what R says
   * @param lifeline ends them if we are killed
   */
  Dashboards(Home home, PostgresServer postgres, int port, Path log, ProcessReaper lifeline)
      throws IOException {
    this.log = log;
    Files.createDirectories(log.getParent());
    try {
      createLogin(postgres);
    } catch (SQLException e) {
      throw new IOException("can't create the dashboards' login", e);
    }
    int chosen = freePort(port);
    address = URI.create("http://127.0.0.1:" + chosen + "/");
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
                USER));
    process = program.start();
    lifeline.guard(process.pid());
  }

  private static void createLogin(PostgresServer postgres) throws SQLException {
    try (Connection connection = postgres.connect(LocalStack.DATABASE);
        Statement statement = connection.createStatement()) {
      if (!statement.executeQuery("SELECT FROM pg_roles WHERE rolname = '" + USER + "'").next()) {
        statement.execute("CREATE ROLE " + USER + " LOGIN IN ROLE clickstream_reader");
      }
    }
  }

  /** R would say so at length, and after it has said that it listens. */
  private static int freePort(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new IOException(
          "port " + port + " is in use: --dashboards-port names another for the dashboards", e);
    }
  }

  /** Waits until they listen, by their own word. */
  Dashboards awaitReady() throws IOException, InterruptedException {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (process.isAlive() && Instant.now().isBefore(limit)) {
      if (Files.readString(log).contains(LISTENING)) {
        return this;
      }
      Thread.sleep(100);
    }
    throw new IOException(
        "the dashboards did not start on "
            + address
            + (process.isAlive() ? " in time: see " + log : ": " + lastWords()));
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    return String.join(" ", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()))
        + " (all of it: "
        + log
        + ")";
  }

  /** Where they are. */
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
