package io.clickstream.local.diff;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.migrated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.etl.sql.NamedStatement;
import io.clickstream.etl.sql.SqlStatement;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.local.Clickstream;
import io.clickstream.local.diff.TableDiff.Example;
import io.clickstream.local.diff.TableDiff.Kind;
import io.clickstream.local.diff.TableDiff.ValueChange;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestWarehouses;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

/** Compares warehouses on a real server. */
class WarehouseDiffIT {

  private static final String HOSTILE = "<script>alert(1)</script>\u001b[2J\t\\N\n'\"&";

  @TempDir private Path folder;
  private String old;
  private String current;

  private record OddKey(
      String name, UUID id, int number, String bytes, Instant at, boolean flag, BigDecimal amount) {

    static OddKey random(Random random) {
      String[] names = {"", "a", "a\tb", "a\\", "a\nb", "A", "é", "\uE000", "😀", "a b", "\\N"};
      return new OddKey(
          names[random.nextInt(names.length)],
          new UUID(random.nextInt(3) - 1L, random.nextInt(3) - 1L),
          random.nextInt(25) - 12,
          "\u00ff\\x".substring(random.nextInt(3)),
          Instant.ofEpochSecond(random.nextInt(3) * 1_000_000_000L, random.nextInt(2) * 500_000L),
          random.nextBoolean(),
          BigDecimal.valueOf(random.nextInt(21) - 10L, 1));
    }
  }

  @BeforeEach
  void makeWarehouses() throws SQLException {
    old = migrated();
    current = migrated();
  }

  @Test
  void everyKeyIsFoundOnItsSideWhateverItsTypesAndBytesAre() throws SQLException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<OddKey, String> before = new HashMap<>();
    Map<OddKey, String> after = new HashMap<>();
    for (int i = 0; i < 600; i++) {
      OddKey key = OddKey.random(random);
      String value = random.nextInt(4) == 0 ? null : HOSTILE.substring(random.nextInt(5));
      if (random.nextInt(5) > 0) {
        before.put(key, value);
      }
      if (random.nextInt(5) > 0) {
        after.put(key, random.nextInt(5) == 0 ? "changed" : value);
      }
    }
    fill(old, "INTEGER", before);
    fill(current, "BIGINT", after);

    TableDiff diff = table(compare(), "odd_keys");

    Set<OddKey> both = new HashSet<>(before.keySet());
    both.retainAll(after.keySet());
    assertThat(diff.oldRows()).as("seed %d", seed).isEqualTo(before.size());
    assertThat(diff.newRows()).as("seed %d", seed).isEqualTo(after.size());
    assertThat(diff.onlyOld()).as("seed %d", seed).isEqualTo(before.size() - both.size());
    assertThat(diff.onlyNew()).as("seed %d", seed).isEqualTo(after.size() - both.size());
    long changed =
        both.stream().filter(key -> !Objects.equals(before.get(key), after.get(key))).count();
    assertThat(diff.changed()).as("seed %d", seed).isEqualTo(changed).isPositive();
    assertThat(diff.changedColumns())
        .as("seed %d", seed)
        .isEqualTo(Map.of("value", changed, "note", changed));
    assertThat(diff.examples())
        .hasSize(10)
        .extracting(Example::kind)
        .contains(Kind.CHANGED, Kind.ONLY_OLD, Kind.ONLY_NEW);
  }

  @Test
  void equalWarehousesAreEqualWhateverTheirLedgersSay() throws Exception {
    for (String warehouse : List.of(old, current)) {
      reject(warehouse, "2026/01/01/00/event-1.json", HOSTILE);
      day(warehouse, "2026-01-01", 5, 7);
    }
    execute(current, "INSERT INTO etl_hours VALUES (now(), false, now(), 0, '', '{}')");
    assertThat(compare().differs()).isFalse();
    assertThat(command(old, current)).isZero();
    assertThat(printed).contains("The warehouses are equal: ").contains("No metric of any day");
  }

  @Test
  void rowsSettingsAndDaysThatDifferAreTold() throws Exception {
    settings(old, 0);
    settings(current, 2);
    reject(old, "k1", "one");
    reject(current, "k1", "other");
    reject(old, "k2", HOSTILE);
    reject(current, "k3", HOSTILE);
    day(old, "2026-01-01", 1_000, 900);
    day(current, "2026-01-01", 1_010, 900);
    day(old, "2026-01-02", 1_000, 900);
    day(current, "2026-01-02", 1_000, 90);
    day(current, "2026-01-03", 7, 0);
    // The same revenue, in minor units of two scales.
    execute(old, "INSERT INTO revenue_daily VALUES ('2026-01-01', 'VND', 3, 3, 1500)");
    execute(current, "INSERT INTO revenue_daily VALUES ('2026-01-01', 'VND', 3, 3, 150000)");

    WarehouseDiff diff = compare();

    assertThat(diff.settings())
        .containsExactly(new WarehouseDiff.SettingChange("price_scale", "0", "2"));
    TableDiff rejected = table(diff, "rejected_records");
    assertThat(rejected.examples())
        .extracting(Example::kind)
        .containsExactly(Kind.CHANGED, Kind.ONLY_OLD, Kind.ONLY_NEW);
    assertThat(rejected.examples().get(0).key()).isEqualTo(Map.of("object_key", "k1"));
    assertThat(rejected.examples().get(0).values())
        .containsExactly(new ValueChange("detail", "one", "other"));
    assertThat(rejected.examples().get(1).values())
        .contains(new ValueChange("detail", HOSTILE, null));
    assertThat(table(diff, "revenue_daily").changed()).isOne();
    assertThat(diff.metrics().changes())
        .containsExactly(
            new MetricChange("2026-01-02", "visitors", number(900), number(90)),
            new MetricChange("2026-01-03", "orders", number(0), number(3)),
            new MetricChange("2026-01-01", "sessions", number(1_000), number(1_010)),
            new MetricChange("2026-01-03", "sessions", number(0), number(7)));
    assertThat(diff.metrics().totals())
        .contains(new MetricsDiff.Total("sessions", number(2_000), number(2_017), 2));

    Path page = folder.resolve("page.html");
    assertThat(command(old, current, "--html", page.toString())).isEqualTo(1);
    assertThat(printed)
        .contains("2026-01-02 visitors: 900 → 90 -90.0 %")
        .contains("price_scale: 0 → 2")
        .contains("detail: <script>alert(1)</script>\\u{1B}[2J\\u{9}\\N\\u{A}'\"&")
        .doesNotContain("\u001b");
    assertThat(Files.readString(page))
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u{1B}[2J")
        .doesNotContain("<script")
        .doesNotContain("http://")
        .doesNotContain("https://");

    assertThat(command(old, current, "--json")).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(printed);
    assertThat(json.get("differs").asBoolean()).isTrue();
    assertThat(json.get("dayValues")).hasSize(4);
    assertThat(printed.lines()).hasSize(1);
  }

  @Test
  void tablesAndColumnsOfOneSideAreTold() throws Exception {
    execute(old, "CREATE TABLE mine (id INTEGER PRIMARY KEY)");
    execute(current, "CREATE TABLE yours (id INTEGER)");
    execute(current, "ALTER TABLE duplicate_records ADD COLUMN newer TEXT");
    for (String warehouse : List.of(old, current)) {
      execute(warehouse, "CREATE TABLE keyless (id INTEGER)");
      execute(warehouse, "CREATE TABLE secret (id INTEGER PRIMARY KEY)");
    }
    WarehouseDiff diff = compare();
    assertThat(diff.differs()).isTrue();
    assertThat(diff.tablesOnlyOld()).containsExactly("mine");
    assertThat(diff.tablesOnlyNew()).containsExactly("yours");
    assertThat(diff.notCompared()).containsExactly("keyless", "secret");
    assertThat(table(diff, "duplicate_records").columnsOnlyNew()).containsExactly("newer");
  }

  @Test
  void aReaderMayCompareAndNothingIsWritten() throws Exception {
    execute(old, "CREATE ROLE diff_reader LOGIN IN ROLE clickstream_reader");
    TestWarehouses.letLogIn(TestWarehouses.server(), "diff_reader");
    reject(old, "k1", "one");
    try (Snapshot one = Snapshot.open(new Warehouse(old, "diff_reader", null, null));
        Snapshot other = Snapshot.open(new Warehouse(current, "diff_reader", null, null))) {
      // A snapshot does not see what is committed later.
      reject(old, "k2", "two");
      assertThat(table(WarehouseDiff.of(one, other, line -> {}), "rejected_records").onlyOld())
          .isOne();
    }
    try (Snapshot one = Snapshot.open(new Warehouse(old, PostgresServer.USER, null, null))) {
      assertThatThrownBy(() -> one.copy("DELETE FROM rejected_records RETURNING 1").next())
          .hasMessageContaining("read-only transaction");
    }
  }

  @Test
  void troubleHasAStatusOfItsOwn() throws Exception {
    String empty = TestWarehouses.empty();
    assertThat(command(old, empty)).isEqualTo(2);
    assertThat(printed).contains("it is not a warehouse. Run ./clickstream migrate.");
    assertThat(command(old, current + "_missing")).isEqualTo(2);
    assertThat(printed).contains("does not exist").hasLineCount(1);
    assertThat(command(old, "jdbc:postgresql://10.0.0.1/w")).isEqualTo(2);
    assertThat(printed).contains("--db-ca is missing").hasLineCount(1);
    assertThat(command(old, current, "--html", folder.resolve("no/page.html").toString()))
        .isEqualTo(2);
    assertThat(printed).contains("its folder does not exist").hasLineCount(1);
    assertThatThrownBy(() -> Snapshot.open(new Warehouse(empty, PostgresServer.USER, null, null)))
        .isInstanceOf(LoadException.class);
  }

  private String printed;

  private int command(String... arguments) {
    String[] line = new String[arguments.length + 3];
    line[0] = "diff";
    line[1] = "--db-user";
    line[2] = PostgresServer.USER;
    System.arraycopy(arguments, 0, line, 3, arguments.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    PrintStream out = System.out;
    PrintStream err = System.err;
    System.setOut(both);
    System.setErr(both);
    try {
      return Clickstream.commandLine(new DiffCommandLine()).execute(line);
    } finally {
      System.setOut(out);
      System.setErr(err);
      printed =
          bytes
              .toString(StandardCharsets.UTF_8)
              .lines()
              .filter(text -> !text.startsWith("diff: "))
              .map(text -> text + "\n")
              .reduce("", String::concat);
    }
  }

  /** The command alone: the others of {@code ./clickstream} start servers. */
  @Command(name = "clickstream", subcommands = DiffCommand.class)
  static final class DiffCommandLine {}

  private WarehouseDiff compare() {
    try (Snapshot one = Snapshot.open(new Warehouse(old, PostgresServer.USER, null, null));
        Snapshot other = Snapshot.open(new Warehouse(current, PostgresServer.USER, null, null))) {
      return WarehouseDiff.of(one, other, line -> {});
    }
  }

  private static TableDiff table(WarehouseDiff diff, String name) {
    return diff.tables().stream()
        .filter(table -> table.table().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static BigDecimal number(long value) {
    return BigDecimal.valueOf(value);
  }

  private static void execute(String warehouse, String sql) throws SQLException {
    try (Connection connection = connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void fill(String warehouse, String numberType, Map<OddKey, String> rows)
      throws SQLException {
    execute(
        warehouse,
        SqlStatement.of(WarehouseDiffIT.class, "odd_keys").with("number_type", numberType).text());
    execute(warehouse, "GRANT SELECT ON odd_keys TO clickstream_etl");
    try (Connection connection = connect(warehouse);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO odd_keys (name, id, number, bytes, at, flag, amount, value, note)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, jsonb_build_object('value', ?))")) {
      for (Map.Entry<OddKey, String> row : rows.entrySet()) {
        OddKey key = row.getKey();
        insert.setString(1, key.name());
        insert.setObject(2, key.id());
        insert.setInt(3, key.number());
        insert.setBytes(4, key.bytes().getBytes(StandardCharsets.ISO_8859_1));
        insert.setObject(5, key.at().atOffset(ZoneOffset.UTC));
        insert.setBoolean(6, key.flag());
        insert.setBigDecimal(7, key.amount());
        insert.setString(8, row.getValue());
        insert.setString(9, row.getValue());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void reject(String warehouse, String key, String detail) throws SQLException {
    try (Connection connection = connect(warehouse);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO rejected_records (object_key, reason, detail, body)"
                    + " VALUES (?, 'not_json', ?, '')")) {
      insert.setString(1, key);
      insert.setString(2, detail);
      insert.executeUpdate();
    }
  }

  private static void day(String warehouse, String day, int sessions, int visitors)
      throws SQLException {
    try (Connection connection = connect(warehouse);
        NamedStatement insert =
            NamedStatement.prepare(
                connection, SqlStatement.of(WarehouseDiffIT.class, "insert_day"))) {
      insert
          .set("day", Date.valueOf(day))
          .set("sessions", sessions)
          .set("visitors", visitors)
          .update();
    }
  }

  private static void settings(String warehouse, int priceScale) throws SQLException {
    try (Connection connection = connect(warehouse);
        NamedStatement insert =
            NamedStatement.prepare(
                connection, SqlStatement.of(WarehouseDiffIT.class, "insert_settings"))) {
      insert.set("price_scale", priceScale).update();
    }
  }
}
