package io.clickstream.etl.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

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

      assertThatThrownBy(() -> warehouse.connect(Duration.ofSeconds(1)))
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

  private static int networkTimeout(String url) throws SQLException {
    try (Connection connection =
        new Warehouse(url, PostgresServer.USER, null, null).connect(Duration.ofSeconds(50))) {
      return connection.getNetworkTimeout();
    }
  }
}
