package io.clickstream.local.reload;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.execute;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.sql.SqlConnection;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.HourKeys;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.LoadedHours;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.event.RawKey;
import io.clickstream.local.diff.WarehouseDiff;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The databases of a reload on a real server. Nothing is loaded: that needs no Spark. */
class ReloadIT {

  private static final String MARK = "CREATE TABLE mark AS SELECT '%s'::TEXT AS which";
  private static final String WHICH = "SELECT which FROM mark";

  private String url;
  private String name;
  private final List<String> messages = new ArrayList<>();

  @BeforeEach
  void makeWarehouse() throws SQLException {
    url = migrated();
    name = url.substring(url.lastIndexOf('/') + 1);
    in(url, MARK.formatted("old"));
  }

  @Test
  void aSwapThatIsKilledAtAnyStepLeavesAWholeWarehouseAndCanBeRepeated() throws Exception {
    makeNext();
    for (Step step : Step.values()) {
      assertThat(killed("swap", step)).as("swap until %s", step).isEqualTo(HaltingSwap.KILLED);
      assertThat(text(url, WHICH)).isEqualTo(step == Step.COMMITTED ? "new" : "old");
      act(Reload::swap);
      assertThat(text(url, WHICH)).as("after %s", step).isEqualTo("new");
      assertThat(databases()).hasSize(2).doesNotContain(name + "_next");

      if (step != Step.LOADED) {
        assertThat(killed("undo", step)).as("undo until %s", step).isEqualTo(HaltingSwap.KILLED);
        assertThat(text(url, WHICH)).isEqualTo(step == Step.COMMITTED ? "old" : "new");
      }
      if (step != Step.COMMITTED) {
        act(reload -> reload.undo());
      }
      assertThat(text(url, WHICH)).isEqualTo("old");
      assertThat(databases()).containsExactlyInAnyOrder(name, name + "_next");
    }
  }

  @Test
  void anUndoMarksTheHoursThatWereLoadedSinceTheSwap() throws Exception {
    Instant lookedBack = Instant.parse("2026-01-05T07:00:00Z");
    Instant both = lookedBack.plus(Duration.ofHours(1));
    makeNext();
    loaded(url, both, "a");
    loaded(url + "_next", both, "a");
    act(Reload::swap);
    loaded(url, lookedBack, "b");

    act(reload -> reload.undo());

    assertThat(text(url, WHICH)).isEqualTo("old");
    try (SqlConnection connection = SqlConnection.open(warehouse(url))) {
      assertThat(LoadedHours.incomplete(connection)).containsExactly(lookedBack);
    }
    act(Reload::swap);
    try (SqlConnection connection = SqlConnection.open(warehouse(url))) {
      assertThat(LoadedHours.incomplete(connection)).isEmpty();
    }
  }

  private static void loaded(String database, Instant hour, String event) {
    loaded(
        database,
        hour,
        new HourKeys.Builder(1).add(key(hour, RawKey.Kind.EVENT, event), 1).build());
  }

  private static void loaded(String database, Instant hour, HourKeys keys) {
    try (SqlConnection connection = SqlConnection.open(warehouse(database))) {
      LoadedHours.write(connection, hour, hour, keys, true);
    }
  }

  private static Warehouse warehouse(String database) {
    return new Warehouse(database, PostgresServer.USER, null, null);
  }

  @Test
  void sessionsOfReadersAndLoadersEndAndOneOfTwoSwapsWins() throws Exception {
    makeNext();
    execute("COMMENT ON DATABASE " + name + " IS 'the shop''s'");
    try (Connection reader = connect(url);
        Connection loader = connect(url);
        Statement query = reader.createStatement()) {
      loader.setAutoCommit(false);
      query.execute("BEGIN");
      CompletableFuture<Void> one = CompletableFuture.runAsync(this::swapOrFail);
      CompletableFuture<Void> other = CompletableFuture.runAsync(this::swapOrFail);
      one.join();
      other.join();
      assertThatThrownBy(() -> query.execute("SELECT 1")).isInstanceOf(SQLException.class);
    }
    assertThat(text(url, WHICH)).isEqualTo("new");
    assertThat(databases()).hasSize(2);
    assertThat(comment(name)).isEqualTo("the shop's");
    act(Reload::dropBefore);
    assertThat(databases()).containsExactly(name);
    assertThatThrownBy(() -> act(reload -> reload.undo()))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("there is no warehouse before " + name);
  }

  private void swapOrFail() {
    try {
      act(Reload::swap);
    } catch (LoadException | DatabaseException e) {
      // The other one was quicker, and may have ended the sessions of this one at any statement.
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theNewWarehouseHasTheSettingsTheRulesAndTheRightsOfTheOldOne() throws Exception {
    settings(900, "shop.example");
    in(url, "DELETE FROM funnel_steps WHERE step = (SELECT max(step) FROM funnel_steps)");
    in(url, "UPDATE warehouse_settings SET rules_hash = rules_hash()");
    execute("CREATE ROLE analyst_" + name);
    in(url, "GRANT SELECT, REFERENCES ON clickstream_events TO analyst_" + name);
    in(url, "GRANT SELECT (day) ON traffic_daily TO analyst_" + name + " WITH GRANT OPTION");
    in(url, "CREATE TABLE mine (id INTEGER PRIMARY KEY)");
    execute("REVOKE CONNECT ON DATABASE " + name + " FROM PUBLIC");
    execute("GRANT CONNECT ON DATABASE " + name + " TO analyst_" + name);
    execute("ALTER DATABASE " + name + " SET search_path = \"$user\", public, pg_catalog");
    execute("ALTER DATABASE " + name + " SET application_name = 'it''s \\ mine'");
    execute("ALTER ROLE analyst_" + name + " IN DATABASE " + name + " SET work_mem = '5MB'");

    assertThat(reload(Map.of("price-scale", "2")).load()).isEmpty();

    String next = url + "_next";
    assertThat(
            text(
                next,
                "SELECT (session_gap_s, price_scale, own_hosts)::TEXT FROM warehouse_settings"))
        .isEqualTo("(900,2,{shop.example})");
    assertThat(text(next, "SELECT rules_hash()")).isEqualTo(text(url, "SELECT rules_hash()"));
    for (String acl :
        List.of(
            "SELECT relacl::TEXT FROM pg_class WHERE relname = 'clickstream_events'",
            "SELECT relacl::TEXT FROM pg_class WHERE relname = 'traffic_daily'",
            "SELECT attacl::TEXT FROM pg_attribute WHERE attname = 'day'"
                + " AND attrelid = 'traffic_daily'::REGCLASS",
            "SHOW search_path",
            "SHOW application_name")) {
      assertThat(text(next, acl)).as(acl).isEqualTo(text(url, acl)).isNotNull();
    }
    assertThat(mayConnect("public", name + "_next")).isEqualTo("f");
    assertThat(mayConnect("analyst_" + name, name + "_next")).isEqualTo("t");
    assertThat(
            number(
                url,
                "SELECT count(DISTINCT setconfig) FROM pg_db_role_setting WHERE setrole <> 0"
                    + " AND setdatabase IN (SELECT oid FROM pg_database WHERE datname LIKE '"
                    + name
                    + "%')"))
        .isOne();

    // Other settings than those of the reload that has begun.
    assertThatThrownBy(() -> reload(Map.of("price-scale", "3")).load())
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageContaining("price_scale is 2 in the warehouse, but 3 here");

    // Without settings it goes on with its own.
    WarehouseDiff diff = reload(Map.of()).load().orElseThrow();
    assertThat(diff.settings()).contains(new WarehouseDiff.SettingChange("price_scale", "0", "2"));
    assertThat(diff.tablesOnlyOld()).containsExactly("mark", "mine");
    assertThat(messages).anyMatch(line -> line.contains("2 tables and views of your own"));
  }

  @Test
  void aWarehouseIsNotSwappedForOneThatLacksItsObjects() throws Exception {
    makeNext();
    in(
        url,
        "INSERT INTO etl_hours VALUES ('2026-01-01', true, now(), 1, '\\x65"
            + "00".repeat(16)
            + "', '{}')");
    assertThatThrownBy(() -> act(Reload::swap))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("has 1 objects that " + name + "_next has not loaded")
        .hasMessageContaining("2026-01-01T00:00:00Z");
    assertThat(text(url, WHICH)).isEqualTo("old");
    try (Reload reload =
        new Reload(HaltingSwap.request(url, true), arguments -> List.of(), messages::add)) {
      reload.swap();
    }
    assertThat(text(url, WHICH)).isEqualTo("new");
  }

  @Test
  void anObjectWhoseRecordsAreAllErasedIsNotMissing() throws Exception {
    Instant hour = Instant.parse("2026-01-01T00:00:00Z");
    RawKey event = key(hour, RawKey.Kind.EVENT, "a");
    RawKey otherEvent = key(hour, RawKey.Kind.EVENT, "b");
    RawKey batch = key(hour, RawKey.Kind.BATCH, "c");
    makeNext();
    HourKeys.Builder keys = new HourKeys.Builder(3).add(batch, 2);
    Stream.of(event, otherEvent)
        .sorted(Comparator.comparing(RawKey::relative))
        .forEach(key -> keys.add(key, 1));
    loaded(url, hour, keys.build());
    requireMissing(3);
    erased(event.relative(), RawKey.ofLine(batch.relative(), 1));
    // The same name in the next hour.
    erased(key(hour.plus(Duration.ofHours(1)), RawKey.Kind.EVENT, "b").relative());
    requireMissing(2);
    erased(RawKey.ofLine(batch.relative(), 2));
    requireMissing(1);
    erased(otherEvent.relative());

    act(Reload::swap);

    assertThat(text(url, WHICH)).isEqualTo("new");
  }

  private void requireMissing(int objects) {
    assertThatThrownBy(() -> act(Reload::swap))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining(
            "has %d objects that %s_next has not loaded".formatted(objects, name));
  }

  private void erased(String... recordKeys) throws SQLException {
    for (String key : recordKeys) {
      in(url, "INSERT INTO erased_records VALUES ('" + key + "')");
    }
  }

  private static RawKey key(Instant hour, RawKey.Kind kind, String name) {
    return RawKey.received(hour, kind, UUID.nameUUIDFromBytes(name.getBytes(UTF_8)));
  }

  @Test
  void aDatabaseThatNoReloadHasMadeIsLeftAlone() throws Exception {
    String next = name + "_next";
    execute("CREATE DATABASE " + next);
    in(url + "_next", "CREATE TABLE treasure (id INTEGER)");
    assertThatThrownBy(() -> act(Reload::load))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("no reload has made it");
    assertThatThrownBy(() -> act(Reload::dropNext)).hasMessageContaining("no reload has made it");
    execute("CREATE DATABASE " + name + "_before_20260101_000000");
    act(Reload::dropBefore);
    assertThat(databases()).hasSize(3);

    // The kill of a reload between two statements leaves an empty database, or one in preparation.
    in(url + "_next", "DROP TABLE treasure");
    act(Reload::load);
    execute("COMMENT ON DATABASE " + next + " IS '" + State.PREPARING.comment() + "'");
    in(url + "_next", "CREATE TABLE half (id INTEGER)");
    assertThatThrownBy(() -> act(Reload::swap)).hasMessageContaining("is not loaded and checked");
    act(Reload::load);
    assertThat(number(url + "_next", "SELECT count(to_regclass('half'))")).isZero();
    act(Reload::dropNext);
    assertThat(databases()).doesNotContain(next);
  }

  @Test
  void unfitNamesAreRefused() {
    assertThatThrownBy(() -> DatabaseUrl.of("jdbc:postgresql://localhost/"))
        .hasMessageContaining("names no database");
    assertThat(DatabaseUrl.of("jdbc:postgresql://localhost/" + "x".repeat(40)).database())
        .hasSize(40);
    assertThatThrownBy(() -> DatabaseUrl.of("jdbc:postgresql://localhost/" + "x".repeat(41)))
        .hasMessageContaining("more than 40 bytes");
    DatabaseUrl odd = DatabaseUrl.of("jdbc:postgresql://[::1]:5/a%20%22b?connectTimeout=3");
    assertThat(odd.database()).isEqualTo("a \"b");
    assertThat(odd.of(Names.ofReload(new DatabaseUrl.Name(odd.database())).next()))
        .isEqualTo("jdbc:postgresql://[::1]:5/a+%22b_next?connectTimeout=3");
  }

  private interface Action {
    void on(Reload reload) throws Exception;
  }

  private void act(Action action) throws Exception {
    try (Reload reload = HaltingSwap.reload(url, step -> {})) {
      action.on(reload);
    }
  }

  private Reload reload(Map<String, String> settings) {
    return new Reload(
        new ReloadRequest(
            new Warehouse(url, PostgresServer.USER, null, null),
            Optional.empty(),
            List.of(),
            settings,
            true,
            false),
        arguments -> List.of(),
        messages::add);
  }

  private void makeNext() throws Exception {
    act(Reload::load);
    in(url + "_next", MARK.formatted("new"));
    act(Reload::load);
  }

  private int killed(String action, Step step) throws Exception {
    return Command.java(HaltingSwap.class, url, action, step.name()).run().status();
  }

  private List<String> databases() throws SQLException {
    String found =
        text(
            url.replace(name, "postgres"),
            "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname ~ '^"
                + name
                + "(_next|_before_.*)?$'");
    return Stream.of(found.split(" ")).toList();
  }

  private String mayConnect(String role, String database) throws SQLException {
    return text(
        url, "SELECT has_database_privilege('%s', '%s', 'CONNECT')".formatted(role, database));
  }

  private String comment(String database) throws SQLException {
    return text(
        url,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '"
            + database
            + "'");
  }

  private void settings(int gapSeconds, String host) throws SQLException {
    in(
        url,
        SqlStatement.of(ReloadIT.class, "insert_settings")
            .with("gap", gapSeconds)
            .with("host", "'" + host + "'")
            .text());
  }

  private static void in(String warehouse, String sql) throws SQLException {
    try (Connection connection = connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
