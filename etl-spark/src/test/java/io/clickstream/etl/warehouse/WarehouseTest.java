package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.SilentProxy;
import io.clickstream.testing.TestWarehouses;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

class WarehouseTest {

  @Test
  void theTextOfAWarehouseHasNoPassword() {
    Warehouse warehouse = new Warehouse("jdbc:postgresql://h/d", "etl", "s3cret", null);
    assertThat(warehouse).hasToString("etl at jdbc:postgresql://h/d");
  }

  @Test
  void aServerThatAcceptsAndSendsNothingFailsTheLoginAndTheConnectionIsClosed() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Integer> end =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket accepted = silent.accept()) {
                  // What the driver sends, and then its end of the connection.
                  return accepted.getInputStream().readAllBytes().length;
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      // Without TLS and GSS the first answer that it waits for is the server's demand of a
      // password.
      String url =
          "jdbc:postgresql://127.0.0.1:%d/dw?sslmode=disable&gssEncMode=disable"
              .formatted(silent.getLocalPort());
      Warehouse warehouse = new Warehouse(url, "etl", "s3cret", null);

      assertThatThrownBy(() -> warehouse.connect(Duration.ofSeconds(1), WatchedSockets.LIMIT))
          .isInstanceOf(SQLException.class)
          .hasMessage(
              "the server accepted the connection, but sent nothing for 1 s. Check that PostgreSQL"
                  + " listens there, and that it can start processes.")
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
      assertThat(end.get()).isPositive();
    }
  }

  @Test
  void aConnectionWaitsForQueriesAsLongAsTheUrlSays() throws Exception {
    String url = TestWarehouses.migrated();
    assertThat(networkTimeout(url)).isZero();
    assertThat(networkTimeout(url + "?socketTimeout=7")).isEqualTo(7_000);
  }

  @Test
  void aStatementFailsIfTheHostHasVanishedAndHoweverLongItTakesOtherwise() throws Exception {
    URI server = URI.create(TestWarehouses.migrated().substring("jdbc:".length()));
    try (SilentProxy host = new SilentProxy(server.getPort())) {
      String url = "jdbc:postgresql://127.0.0.1:" + host.port() + server.getPath();
      Warehouse warehouse = new Warehouse(url, PostgresServer.USER, null, null);
      try (Connection reading = warehouse.connect(Duration.ofSeconds(50), Duration.ofSeconds(1));
          Connection writing = warehouse.connect(Duration.ofSeconds(50), Duration.ofSeconds(1));
          Statement statement = reading.createStatement()) {
        assertThat(statement.execute("SELECT pg_sleep(3)")).isTrue();
        CompletableFuture<Void> copying = CompletableFuture.runAsync(() -> copyForever(writing));

        host.vanish();

        assertThatThrownBy(() -> statement.execute("SELECT 1"))
            .isInstanceOf(SQLException.class)
            .hasRootCauseInstanceOf(SocketException.class)
            .hasStackTraceContaining("does not answer any more");
        assertThatThrownBy(copying::get).hasStackTraceContaining("does not answer any more");
      }
    }
  }

  private static void copyForever(Connection connection) {
    byte[] line = "a line of a table with one column\n".getBytes(StandardCharsets.UTF_8);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE copied (line text)");
      CopyIn copy =
          connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY copied FROM STDIN");
      while (true) {
        copy.writeToCopy(line, 0, line.length);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int networkTimeout(String url) throws SQLException {
    try (Connection connection =
        new Warehouse(url, PostgresServer.USER, null, null)
            .connect(Duration.ofSeconds(50), WatchedSockets.LIMIT)) {
      return connection.getNetworkTimeout();
    }
  }
}
