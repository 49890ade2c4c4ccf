package io.clickstream.it.marts;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.it.TestJob;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.servers.ProcessReaper;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import io.clickstream.testing.TestWarehouse;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs each query of {@code docs/sql-cookbook.md}: on the traffic of the page, whose answers it
 * must give, on a day of it, on an empty warehouse, and on other events. {@code
 * -Dcookbook.write=true} prints the answers anew.
 */
class CookbookIT {

  private static final int QUESTIONS = 15;
  private static final int FUNNEL = 4;
  private static final int FOLLOWING_EVENTS = 12;
  private static final int ORDERS = 13;
  private static final int QUALITY = 15;
  private static final LocalDate FROM = LocalDate.parse("2026-11-21");
  private static final LocalDate TO = LocalDate.parse("2026-11-23");

  private static final Path REAL_EVENTS =
      Home.find().folder().resolve("../shared/tools/rees46_to_raw.py");
  private static final Path REAL_TABLE =
      Home.find().folder().resolve("../shared/data/rees46/2019-Oct-first17k.csv");

  /** So many real events have orders, and are loaded in a few seconds. */
  private static final int REAL_EVENT_COUNT = 4_000;

  /** A query, and the answer behind it: a table, when it is there already. */
  private static final Pattern RECIPE =
      Pattern.compile(
          "```sql\\n(?<query>.*?);\\n```\\n(?<answer>\\n(\\|[^\\n]*\\n)+)?", Pattern.DOTALL);

  @TempDir private static Path folder;
  private static String page;
  private static List<String> queries;
  private static String simulated;

  @BeforeAll
  static void load() throws Exception {
    page = Files.readString(file());
    queries = RECIPE.matcher(page).results().map(recipe -> recipe.group(1)).toList();
    assertThat(queries).hasSize(QUESTIONS);
    TestSpark.session();
    simulated = simulate();
  }

  @Test
  void resultsOnThePageAreThoseOfItsQueries() throws SQLException, IOException {
    StringBuilder computed = new StringBuilder();
    List<List<List<String>>> answers = answers(simulated, "Asia/Ho_Chi_Minh", FROM, TO);
    int end = 0;
    int place = 0;
    for (MatchResult recipe : RECIPE.matcher(page).results().toList()) {
      computed.append(page, end, recipe.start());
      computed.append("```sql\n").append(recipe.group(1)).append(";\n```\n\n");
      computed.append(table(answers.get(place++)));
      end = recipe.end();
    }
    computed.append(page.substring(end));
    if (Boolean.getBoolean("cookbook.write")) {
      Files.writeString(file(), computed);
    }
    assertThat(computed.toString()).isEqualTo(page);
  }

  @Test
  void theTimeZoneOfTheClientChangesNoAnswer() throws SQLException {
    List<List<List<String>>> answers = answers(simulated, "Asia/Ho_Chi_Minh", FROM, TO);
    assertThat(answers(simulated, "America/Vancouver", FROM, TO)).isEqualTo(answers);
    assertThat(answers(simulated, "Pacific/Kiritimati", FROM, TO)).isEqualTo(answers);
  }

  /** The day {@code :to} is not in the range. */
  @Test
  void rangesOfOneDayAddUp() throws SQLException {
    List<List<List<String>>> both = answers(simulated, "UTC", FROM, TO);
    List<List<List<String>>> first = answers(simulated, "UTC", FROM, FROM.plusDays(1));
    List<List<List<String>>> second = answers(simulated, "UTC", FROM.plusDays(1), TO);
    for (int byDay : new int[] {1, ORDERS}) {
      List<List<String>> rows = new ArrayList<>(rows(first, byDay));
      rows.addAll(rows(second, byDay));
      assertThat(rows(first, byDay)).isNotEmpty();
      assertThat(rows(second, byDay)).isNotEmpty();
      assertThat(rows).isEqualTo(rows(both, byDay));
    }
    for (int[] sum : new int[][] {{FUNNEL, 2}, {FUNNEL, 3}, {QUALITY, 1}}) {
      for (int row = 0; row < rows(both, sum[0]).size(); row++) {
        assertThat(number(first, sum[0], row, sum[1]) + number(second, sum[0], row, sum[1]))
            .isEqualTo(number(both, sum[0], row, sum[1]));
      }
    }
    for (int question = 1; question <= QUESTIONS; question++) {
      assertThat(rows(first, question)).as("rows of query %d", question).isNotEmpty();
    }
  }

  @Test
  void anEmptyWarehouseHasNoRowsButTheStepsAndTheCountsOfQuality() throws SQLException {
    assertHasNothing(answers(TestWarehouses.migrated(), "UTC", FROM, TO));
  }

  @Test
  void anEmptyRangeHasNoRowsButTheStepsAndTheCountsOfQuality() throws SQLException {
    assertHasNothing(answers(simulated, "UTC", FROM, FROM));
  }

  /** The real events have no checkout_start. */
  @Test
  void aStepThatNeverOccursIsShownAndEverySessionHasAnEnd() throws Exception {
    boolean real = Files.exists(REAL_EVENTS) && Files.exists(REAL_TABLE);
    LocalDate from = real ? LocalDate.parse("2019-10-01") : FROM;
    String warehouse = real ? loadRealEvents() : simulateWithoutCheckoutStart();

    List<List<List<String>>> answers = answers(warehouse, "UTC", from, from.plusDays(2));

    assertThat(rows(answers, FUNNEL))
        .extracting(row -> row.get(1))
        .containsExactly("Product view", "Add to cart", "Checkout start", "Checkout complete");
    assertThat(number(answers, FUNNEL, 0, 2)).isPositive();
    assertThat(number(answers, FUNNEL, 2, 3)).isZero();
    assertThat(number(answers, FUNNEL, 3, 2)).isZero();
    assertThat(number(answers, FUNNEL, 3, 3))
        .isEqualTo(
            TestWarehouses.number(
                warehouse,
                "SELECT count(*) FROM clickstream_sessions WHERE is_converted AND NOT is_bot"));
    assertThat(rows(answers, FUNNEL).get(3).subList(4, 6)).containsExactly("0.0", "");
    assertThat(rows(answers, FOLLOWING_EVENTS))
        .filteredOn(row -> row.get(0).equals("(exit)"))
        .singleElement(InstanceOfAssertFactories.list(String.class))
        .element(1)
        .isEqualTo(
            TestWarehouses.text(
                warehouse,
                "SELECT count(*) FROM clickstream_sessions"
                    + " WHERE last_event_name = 'product_view' AND NOT is_bot"));
  }

  private static void assertHasNothing(List<List<List<String>>> answers) {
    for (int question = 1; question <= QUESTIONS; question++) {
      if (question == FUNNEL) {
        assertThat(rows(answers, question))
            .extracting(row -> row.subList(2, 6))
            .containsOnly(List.of("0", "0", "", ""))
            .hasSize(4);
      } else if (question == QUALITY) {
        assertThat(rows(answers, question)).extracting(row -> row.get(1)).containsOnly("0");
      } else {
        assertThat(rows(answers, question)).as("rows of query %d", question).isEmpty();
      }
    }
  }

  /** The other tests use a newer version, which accepts SQL that the oldest one rejects. */
  @Test
  void theOldestPostgresqlHasTheSameRowsAndAnswers() throws Exception {
    ProcessReaper reaper = new ProcessReaper();
    Path data = Files.createTempDirectory("clickstream-oldest-").resolve("data");
    try (PostgresServer server = TestWarehouses.startOldest(data, reaper)) {
      reaper.guard(data.getParent());
      String warehouse = TestWarehouse.create(server, "oldest").jdbcUrl();
      assertThat(TestWarehouses.number(warehouse, "SHOW server_version_num"))
          .isBetween(150_000L, 159_999L);
      loadSimulated(warehouse);
      assertIsEqualToSimulated(warehouse);
      TestJob.run(TestJob.arguments(warehouse, "--rebuild"));
      assertIsEqualToSimulated(warehouse);
      assertThat(answers(warehouse, "UTC", FROM, TO))
          .isEqualTo(answers(simulated, "UTC", FROM, TO));
    }
  }

  private static void assertIsEqualToSimulated(String warehouse) throws SQLException, IOException {
    assertThat(Checks.run(new Warehouse(warehouse, PostgresServer.USER, null, null), found -> {}))
        .isNotEmpty()
        .allMatch(Checks.Finding::holds);
    Map<String, String> rows = TestWarehouses.dump(warehouse);
    assertThat(rows.get("clickstream_events")).isNotEmpty();
    TestWarehouses.dump(simulated)
        .forEach((table, expected) -> assertThat(rows.get(table)).as(table).isEqualTo(expected));
  }

  private static Path file() {
    return Home.find().folder().resolve("docs/sql-cookbook.md");
  }

  private static String simulate() throws IOException, SQLException {
    SimulatedObjects.write(folder.resolve("simulated"), TrafficOptions.standard());
    String warehouse = TestWarehouses.migrated();
    loadSimulated(warehouse);
    return warehouse;
  }

  private static void loadSimulated(String warehouse) throws IOException {
    TestJob.run(
        warehouse,
        folder.resolve("simulated").toUri(),
        "--from",
        FROM.toString(),
        "--to",
        TO.toString(),
        "--timezone",
        "Asia/Ho_Chi_Minh",
        "--own-hosts",
        "shop.example");
  }

  private static String simulateWithoutCheckoutStart() throws IOException, SQLException {
    TrafficOptions other = TrafficOptions.standard().withSeed(2).withEvents(REAL_EVENT_COUNT);
    Path raw = folder.resolve("other");
    SimulatedObjects.write(raw, other);
    try (Stream<Path> objects = Files.walk(raw)) {
      for (Path object : objects.filter(Files::isRegularFile).toList()) {
        String body = Files.readString(object, StandardCharsets.ISO_8859_1);
        Files.writeString(
            object,
            body.replace("\"checkout_start\"", "\"checkout_look\""),
            StandardCharsets.ISO_8859_1);
      }
    }
    return load(raw, "--from", FROM.toString(), "--to", TO.toString());
  }

  private static String loadRealEvents() throws Exception {
    Path table = folder.resolve("real.csv");
    Path raw = folder.resolve("real");
    try (Stream<String> lines = Files.lines(REAL_TABLE)) {
      Files.write(table, lines.limit(REAL_EVENT_COUNT + 1L).toList());
    }
    assertThat(
            new ProcessBuilder("python3", REAL_EVENTS.toString(), raw.toString(), table.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    return load(raw.resolve("events"), "--date", "2019-10-01", "--price-scale", "2");
  }

  private static String load(Path raw, String... options) throws IOException, SQLException {
    String warehouse = TestWarehouses.migrated();
    TestJob.run(warehouse, raw.toUri(), options);
    return warehouse;
  }

  /** Returns the answer of each query as rows of text, the first of which has the names. */
  private static List<List<List<String>>> answers(
      String warehouse, String zone, LocalDate from, LocalDate to) throws SQLException {
    List<List<List<String>>> answers = new ArrayList<>();
    try (Connection connection = TestWarehouses.connect(warehouse);
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE clickstream_reader");
      statement.execute("SET TIME ZONE '" + zone + "'");
      for (String query : queries) {
        answers.add(
            answer(
                statement,
                query.replace(":'from'", "'" + from + "'").replace(":'to'", "'" + to + "'")));
      }
    }
    return answers;
  }

  private static List<List<String>> answer(Statement statement, String query) throws SQLException {
    ResultSet rows = statement.executeQuery(query);
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
      names.add(rows.getMetaData().getColumnName(i));
    }
    List<List<String>> answer = new ArrayList<>(List.of(names));
    while (rows.next()) {
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= names.size(); i++) {
        String value = rows.getString(i);
        values.add(value == null ? "" : value.replace("|", "\\|"));
      }
      answer.add(values);
    }
    return answer;
  }

  /** Returns the rows of a question, numbered as on the page, without the names. */
  private static List<List<String>> rows(List<List<List<String>>> answers, int question) {
    List<List<String>> answer = answers.get(question - 1);
    return answer.subList(1, answer.size());
  }

  private static long number(List<List<List<String>>> answers, int question, int row, int column) {
    return Long.parseLong(rows(answers, question).get(row).get(column));
  }

  private static String table(List<List<String>> answer) {
    StringBuilder table = new StringBuilder(line(answer.get(0)));
    table.append(line(answer.get(0).stream().map(name -> "---").toList()));
    answer.subList(1, answer.size()).forEach(row -> table.append(line(row)));
    return table.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
