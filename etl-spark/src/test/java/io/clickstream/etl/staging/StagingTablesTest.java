package io.clickstream.etl.staging;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.staging.ObjectOutcomes.Outcome;
import io.clickstream.event.RawKey;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.TestWarehouses;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The staging tables of a slice, whose they are, and the outcomes in them. */
class StagingTablesTest {

  private static final Instant HOUR = Instant.parse("2026-11-22T13:00:00Z");

  private final UUID runId = UUID.randomUUID();
  private final StagingTables staging = new StagingTables(runId, 1);
  private String jdbcUrl;
  private SqlConnection connection;

  @BeforeEach
  void connect() throws SQLException {
    jdbcUrl = TestWarehouses.migrated();
    connection = new SqlConnection(TestWarehouses.connect(jdbcUrl));
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  private long stagingTables() throws SQLException {
    return TestWarehouses.number(
        jdbcUrl, "SELECT count(*) FROM pg_tables WHERE schemaname = 'clickstream_staging'");
  }

  private static RawKey key(RawKey.Kind kind, int number) {
    return new RawKey(HOUR, kind, new UUID(0x4000L, number));
  }

  private void stage(RawKey key, String outcome, int records) {
    connection.update(
        "INSERT INTO %s VALUES ('%s', '%s', %d, 'why')"
            .formatted(staging.objects(), key.relative(), outcome, records));
  }

  @Test
  void aSliceDropsAllOfItsTables() throws SQLException {
    staging.create(connection);
    assertThat(stagingTables()).isEqualTo(8);
    staging.drop(connection);
    assertThat(stagingTables()).isZero();
  }

  @Test
  void slicesAndRunsHaveTablesOfTheirOwn() throws SQLException {
    staging.create(connection);
    new StagingTables(runId, 2).create(connection);
    new StagingTables(UUID.randomUUID(), 1).create(connection);
    staging.drop(connection);
    assertThat(stagingTables()).isEqualTo(16);
  }

  @Test
  void tablesOfALiveRunAreKept() throws SQLException {
    staging.create(connection);
    RunLock.hold(connection, runId, "hour");
    try (SqlConnection other = new SqlConnection(TestWarehouses.connect(jdbcUrl))) {
      assertThat(RunLock.dropLeftovers(other)).isZero();
    }
    assertThat(stagingTables()).isEqualTo(8);
  }

  @Test
  void tablesOfADeadRunAreDropped() throws Exception {
    try (SqlConnection dying = new SqlConnection(TestWarehouses.connect(jdbcUrl))) {
      RunLock.hold(dying, runId, "hour");
      staging.create(dying);
    }
    // The server notices the end of a connection a moment later.
    AtomicLong dropped = new AtomicLong();
    Eventually.holds(
        "seven tables are dropped", () -> dropped.addAndGet(RunLock.dropLeftovers(connection)) > 6);
    assertThat(dropped).hasValue(8);
    assertThat(stagingTables()).isZero();
  }

  @Test
  void anAttemptThatReadAnObjectWins() {
    staging.create(connection);
    stage(key(RawKey.Kind.BATCH, 1), "unreadable", 0);
    stage(key(RawKey.Kind.BATCH, 1), "read", 3);
    stage(key(RawKey.Kind.BATCH, 1), "read", 3);

    assertThat(ObjectOutcomes.unreadable(connection, staging)).isEmpty();
    connection.begin();
    try (ObjectOutcomes outcomes = new ObjectOutcomes(connection, staging)) {
      assertThat(outcomes.next(key(RawKey.Kind.BATCH, 1))).isEqualTo(new Outcome("read", 3));
      assertThat(outcomes.unexpected()).isEmpty();
    }
  }

  @Test
  void theFirstUnreadableObjectIsNamedWithTheNumberOfAll() {
    staging.create(connection);
    stage(key(RawKey.Kind.EVENT, 2), "unreadable", 0);
    stage(key(RawKey.Kind.EVENT, 1), "unreadable", 0);
    stage(key(RawKey.Kind.EVENT, 3), "vanished", 0);

    assertThat(ObjectOutcomes.unreadable(connection, staging))
        .contains(new ObjectOutcomes.Unreadable(2, key(RawKey.Kind.EVENT, 1).relative(), "why"));
  }

  @Test
  void outcomesComeInKeyOrderWithoutTheObjectsOfAnotherRun() {
    staging.create(connection);
    RawKey vanished = key(RawKey.Kind.EVENT, 3);
    RawKey superseded = key(RawKey.Kind.EVENT, 2);
    RawKey read = key(RawKey.Kind.EVENT, 1);
    stage(vanished, "vanished", 0);
    stage(superseded, "unreadable", 0);
    stage(read, "read", 1);
    connection.update(
        "INSERT INTO %s VALUES ('%s')".formatted(staging.superseded(), superseded.relative()));

    connection.begin();
    try (ObjectOutcomes outcomes = new ObjectOutcomes(connection, staging)) {
      assertThat(outcomes.next(read).isRead()).isTrue();
      assertThat(outcomes.unexpected()).contains(vanished.relative());
      assertThat(outcomes.next(vanished)).isEqualTo(new Outcome("vanished", 0));
      assertThat(outcomes.unexpected()).isEmpty();
    }
  }
}
