package io.clickstream.it.marts;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.RawKey;
import io.clickstream.it.TestJob;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small history of events that people can count by hand, and its warehouse. The zone is UTC + 7.
 */
abstract class SmallHistory {

  @TempDir private Path raw;

  String warehouse;
  private int events;

  @BeforeAll
  static void start() {
    TestSpark.session();
  }

  @BeforeEach
  void empty() throws SQLException {
    warehouse = migrated();
  }

  /** Stores an event; more members by {@code ,'name':value}. */
  void event(String at, String client, String name, String more) throws IOException {
    store(at, client, name, "{'receivedAt':'%s'}%s".formatted(at, more));
  }

  /** Stores an event that a program with this user agent sent. */
  void from(String userAgent, String at, String client, String name, String more)
      throws IOException {
    store(
        at, client, name, "{'receivedAt':'%s','userAgent':'%s'}%s".formatted(at, userAgent, more));
  }

  /** Stores the n-th event once more, as one of another time. */
  void duplicate(int n, String at, String client, String name) {
    store(new UUID(0x4000, n), at, client, name, "{'receivedAt':'%s'}".formatted(at));
  }

  private void store(String at, String client, String name, String ingestAndMore) {
    store(new UUID(0x4000, ++events), at, client, name, ingestAndMore);
  }

  private void store(UUID id, String at, String client, String name, String ingestAndMore) {
    Instant received = Instant.parse(at);
    new RawFolder(raw)
        .write(
            RawKey.received(received.truncatedTo(ChronoUnit.HOURS), RawKey.Kind.EVENT, id),
            "{'eventId':'%s','eventName':'%s','clientId':'%s','_ingest':%s}"
                .formatted(id, name, client, ingestAndMore)
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8));
  }

  void event(String at, String client, String name) throws IOException {
    event(at, client, name, "");
  }

  void load() throws IOException, SQLException {
    load("Asia/Ho_Chi_Minh");
  }

  void load(String zone) throws IOException, SQLException {
    etl("--raw", raw.toUri().toString(), "--since-last-run", "--reconcile", "--timezone", zone);
    assertThat(Checks.run(new Warehouse(warehouse, PostgresServer.USER, null, null), found -> {}))
        .allMatch(Checks.Finding::holds);
  }

  void etl(String... arguments) throws IOException {
    TestJob.run(TestJob.arguments(warehouse, arguments));
  }

  /** Rows as lines, columns apart by blanks. */
  String rows(String query) throws SQLException {
    return text(
        warehouse, "SELECT coalesce(string_agg(line::TEXT, E'\\n'), '') FROM (" + query + ") line");
  }

  /** Stores an event under an hour that its time of reception does not have. */
  void late(String hour, String receivedAt, String client) {
    RawKey key = RawFolder.key(hour, RawKey.Kind.EVENT, ++events);
    new RawFolder(raw)
        .write(
            key.relative(),
            "{'eventName':'page_view','clientId':'%s','_ingest':{'receivedAt':'%s'}}"
                .formatted(client, receivedAt)
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8),
            key.hour().plusSeconds(3_599));
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
