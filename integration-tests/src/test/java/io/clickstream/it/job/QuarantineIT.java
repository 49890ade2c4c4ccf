package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.RawKey;
import io.clickstream.it.TestJob;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests loads of objects that the warehouse cannot take. A trigger stands for such a fault. */
class QuarantineIT {

  private static final Instant START = Instant.parse("2020-02-29T20:00:00Z");

  private static final String POISON = SqlStatement.of(QuarantineIT.class, "refuse_poison").text();

  @TempDir private Path raw;

  private String warehouse;

  @BeforeAll
  static void start() {
    TestSpark.session();
  }

  /** Three hours of six objects; two of the first hour and one of the last are poison. */
  @BeforeEach
  void write() throws IOException, SQLException {
    warehouse = migrated();
    for (int i = 0; i < 18; i++) {
      Instant hour = START.plus(Duration.ofHours(i / 6));
      UUID id = new UUID(0x4000, i);
      Path file = raw.resolve(RawKey.received(hour, RawKey.Kind.EVENT, id).relative());
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          "{\"eventId\":\"%s\",\"eventName\":\"%s\",\"clientId\":\"c%d\",\"_ingest\":{\"receivedAt\":\"%s\"}}"
              .formatted(
                  id,
                  List.of(0, 3, 17).contains(i) ? "poison" : "page_view",
                  i % 4,
                  hour.plusSeconds(60L * i)));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private EtlResult load(String target, String... more) throws IOException {
    return TestJob.run(target, raw.toUri(), more);
  }

  private List<String> violatedChecks() throws SQLException {
    return Checks.run(new Warehouse(warehouse, PostgresServer.USER, null, null), found -> {})
        .stream()
        .filter(found -> !found.holds())
        .map(Checks.Finding::name)
        .toList();
  }

  @Test
  void oneRunFailsAndLaterOnesLoadTheRest() throws Exception {
    execute(POISON);
    EtlResult first = load(warehouse, "--since-last-run", "--reconcile", "--check");
    assertThat(first.failures())
        .hasSize(3)
        .allMatch(line -> line.contains("poison is not digestible"));
    assertThat(first.slices()).allMatch(LedgerRow::isBalanced);
    assertThat(first.total().get(Count.INSERTED)).isEqualTo(15);
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isEqualTo(15);
    assertThat(
            text(
                warehouse,
                "SELECT string_agg(object_key || ' ' || version, ',' ORDER BY object_key)"
                    + " FROM etl_quarantine"))
        .isEqualTo(
            Stream.of(
                    "2020/02/29/20/event-00000000-0000-4000-0000-000000000000.json",
                    "2020/02/29/20/event-00000000-0000-4000-0000-000000000003.json",
                    "2020/02/29/22/event-00000000-0000-4000-0000-000000000011.json")
                .map(key -> key + " " + first.total().version())
                .collect(Collectors.joining(",")));
    assertThat(number(warehouse, "SELECT count(*) FROM etl_hours WHERE NOT complete")).isZero();
    assertThat(violatedChecks()).containsExactly("nothing_is_quarantined");

    EtlResult second = load(warehouse, "--since-last-run", "--reconcile", "--check");
    assertThat(second.failures()).isEmpty();
    assertThat(second.total().get(Count.ALREADY_LOADED)).isEqualTo(15);
    assertThat(second.total().get(Count.QUARANTINED)).isEqualTo(3);
    assertThat(second.total().get(Count.RECORDS_LISTED)).isEqualTo(18);

    // Still poison: the run fails again, once.
    EtlResult retried = load(warehouse, "--since-last-run", "--retry-quarantined");
    assertThat(retried.failures()).hasSize(3);
    assertThat(load(warehouse, "--since-last-run").failures()).isEmpty();
    execute("DROP TRIGGER refuse_poison ON clickstream_events");
    assertThat(load(warehouse, "--since-last-run", "--retry-quarantined").failures()).isEmpty();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_quarantine")).isZero();
    assertThat(violatedChecks()).isEmpty();
    String fresh = migrated();
    load(fresh, "--since-last-run", "--reconcile");
    assertThat(dump(warehouse)).isEqualTo(dump(fresh));
  }

  @Test
  void anotherVersionTriesAgainHoweverOldTheHourIs() throws Exception {
    execute(POISON);
    load(warehouse, "--hour", "2020-02-29T22");
    execute("DROP TRIGGER refuse_poison ON clickstream_events");
    assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events")).isEqualTo(5);
    assertThat(load(warehouse, "--since-last-run").total().get(Count.INSERTED)).isZero();
    execute("UPDATE etl_quarantine SET version = '0.9'");
    assertThat(load(warehouse, "--since-last-run").total().get(Count.INSERTED)).isOne();
    assertThat(number(warehouse, "SELECT count(*) FROM etl_quarantine")).isZero();
  }

  @Test
  void aRowThatCannotBeEncodedIsQuarantinedToo() throws Exception {
    // Staging tables are what tasks write: this column has no room for such a name.
    execute(SqlStatement.of(QuarantineIT.class, "narrow_staging").text());
    execute(
        "CREATE EVENT TRIGGER narrow_staging ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
            + " EXECUTE FUNCTION narrow_staging()");
    EtlResult result = load(warehouse, "--hour", "2020-02-29T21");
    assertThat(result.failures()).hasSize(6).allMatch(line -> line.contains("too long"));
    assertThat(result.total().isBalanced()).isTrue();
  }
}
