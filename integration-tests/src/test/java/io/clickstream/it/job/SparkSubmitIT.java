package io.clickstream.it.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.testing.Command.Ended;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.SimulatedDay;
import io.clickstream.testing.SparkDistribution;
import io.clickstream.testing.TestWarehouse;
import io.clickstream.testing.TestWarehouses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar under an unmodified Spark, {@code local[2]}, as a role with the job's rights only.
 */
class SparkSubmitIT {

  private static final int EVENTS = 3_000;
  private static final String LOCAL = "local[2]";
  private static final String PROGRAM = "clickstream-etl";
  private static final Map<String, String> DEFAULTS = Map.of();

  @TempDir private static Path folder;

  private static SparkDistribution spark;
  private static SimulatedDay day;
  private static TestWarehouse warehouse;
  private static Ended firstRun;

  @BeforeAll
  static void loadADay() throws Exception {
    spark = SparkDistribution.ofThisBuild().forShortRuns();
    day = SimulatedDay.write(folder.resolve("raw"), EVENTS);
    warehouse = TestWarehouse.create();
    TestWarehouses.createLoader();
    firstRun = load(warehouse, SparkDistribution.eventLog(folder.resolve("log")));
  }

  @Test
  void loadsADay() throws Exception {
    assertThat(firstRun.status()).as("%s", firstRun.err()).isZero();
    assertThat(day.written().records()).isEqualTo(EVENTS);
    assertThat(day.repeated()).isPositive();
    assertThat(day.broken()).isPositive();
    JsonNode ledger = lastLine(firstRun);
    assertThat(ledger.path("balanced").asBoolean()).isTrue();
    assertThat(ledger.path("records_listed").asLong()).isEqualTo(EVENTS);
    assertThat(ledger.path("inserted").asLong())
        .isEqualTo(day.events())
        .isEqualTo(warehouse.number("SELECT count(*) FROM clickstream_events"));
    assertThat(ledger.path("duplicates").asLong())
        .isEqualTo(day.repeated())
        .isEqualTo(warehouse.number("SELECT count(*) FROM duplicate_records"));
    assertThat(ledger.path("rejected").asLong())
        .isEqualTo(day.broken())
        .isEqualTo(warehouse.number("SELECT count(*) FROM rejected_records"));
    assertThat(ledger.path("sessions_written").asLong())
        .isEqualTo(warehouse.number("SELECT count(*) FROM clickstream_sessions"))
        .isEqualTo(warehouse.number("SELECT count(DISTINCT session_key) FROM clickstream_events"));
    assertThat(
            warehouse.number(
                "SELECT count(*) FROM etl_runs WHERE run_id = '%s' AND inserted = %d"
                    .formatted(ledger.path("run_id").asText(), day.events())))
        .isEqualTo(1);
    assertThat(warehouse.number("SELECT count(*) FROM pg_tables WHERE schemaname LIKE '%staging%'"))
        .isZero();
  }

  @Test
  void showsThePasswordNowhere() throws IOException {
    assertThat(firstRun.out()).noneMatch(line -> line.contains(TestWarehouse.PASSWORD));
    assertThat(firstRun.err()).noneMatch(line -> line.contains(TestWarehouse.PASSWORD));
    List<Path> logs = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("log"))) {
      files.filter(Files::isRegularFile).forEach(logs::add);
    }
    assertThat(logs).isNotEmpty();
    for (Path log : logs) {
      assertThat(Files.readString(log))
          .contains("SparkListenerTaskEnd")
          .doesNotContain(TestWarehouse.PASSWORD);
    }
  }

  @Test
  @Nightly("JobIT loads the same objects twice in one process")
  void findsNothingNewTheSecondTime() throws Exception {
    Map<String, List<String>> before = warehouse.dump();

    Ended second = load(warehouse, DEFAULTS);

    assertThat(second.status()).as("%s", second.err()).isZero();
    JsonNode ledger = lastLine(second);
    assertThat(ledger.path("balanced").asBoolean()).isTrue();
    assertThat(ledger.path("already_loaded").asLong()).isEqualTo(EVENTS);
    assertThat(ledger.path("inserted").asLong()).isZero();
    assertThat(warehouse.dump()).isEqualTo(before);
  }

  @Test
  @Nightly("Transforms are tested in both modes without Spark's launcher")
  void loadsTheSameRowsWithoutAnsi() throws Exception {
    TestWarehouse other = TestWarehouse.create();

    Ended ended = load(other, Map.of("spark.sql.ansi.enabled", "false"));

    assertThat(ended.status()).as("%s", ended.err()).isZero();
    assertThat(other.dump()).isEqualTo(warehouse.dump());
  }

  @Test
  void anUnknownArgumentExitsWith2AndOneLine() throws Exception {
    List<String> right = day.arguments(warehouse.jdbcUrl(), TestWarehouse.LOADER);
    assertRefused(with(right, "--sesion-gap", "30m"), 2, "--sesion-gap");
  }

  @Test
  @Nightly("EtlOptionsTest tries every wrong argument in one process")
  void aWrongArgumentExitsWith2AndOneLine() throws Exception {
    List<String> right = day.arguments(warehouse.jdbcUrl(), TestWarehouse.LOADER);
    assertRefused(with(right, "--hour", "2026-11-22T13"), 2, "one of --hour, --date");
    assertRefused(with(right, "--price-scale", "two"), 2, "--price-scale");
    assertRefused(with(right.subList(2, right.size())), 2, "--raw");
  }

  @Test
  @Nightly("WarehouseUseIT refuses them in one process, and an unknown argument exits with 2, too")
  void otherSettingsThanTheWarehousesExitWith2AndOneLine() throws Exception {
    List<String> right = day.arguments(warehouse.jdbcUrl(), TestWarehouse.LOADER);
    assertRefused(with(right, "--price-scale", "2"), 2, "price");
  }

  @Test
  @Nightly("A wrong password takes the same way out of the job")
  void aDatabaseThatCannotBeUsedExitsWith1AndOneLine() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    assertRefused(
        day.arguments("jdbc:postgresql://127.0.0.1:" + closed + "/x", TestWarehouse.LOADER),
        1,
        "127.0.0.1:" + closed);

    assertRefused(day.arguments(TestWarehouses.empty(), TestWarehouse.LOADER), 1, "migrate");
  }

  @Test
  void aWrongPasswordExitsWith1AndOneLine() throws Exception {
    Ended ended =
        spark
            .submit(LOCAL, DEFAULTS, day.arguments(warehouse.jdbcUrl(), TestWarehouse.LOADER))
            .with("DW_PASSWORD", "another")
            .run();
    assertOneLine(ended, 1, "password authentication failed");
  }

  private static Ended load(TestWarehouse into, Map<String, String> settings)
      throws IOException, InterruptedException {
    return submit(settings, day.arguments(into.jdbcUrl(), TestWarehouse.LOADER));
  }

  private static Ended submit(Map<String, String> settings, List<String> arguments)
      throws IOException, InterruptedException {
    return spark
        .submit(LOCAL, settings, arguments)
        .with("DW_PASSWORD", TestWarehouse.PASSWORD)
        .run();
  }

  private static void assertRefused(List<String> arguments, int status, String reason)
      throws IOException, InterruptedException, SQLException {
    long runs = warehouse.number("SELECT count(*) FROM etl_runs");
    assertOneLine(submit(DEFAULTS, arguments), status, reason);
    assertThat(warehouse.number("SELECT count(*) FROM etl_runs")).isEqualTo(runs);
  }

  private static void assertOneLine(Ended ended, int status, String reason) {
    assertThat(ended.status()).as("%s", ended.err()).isEqualTo(status);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.errorsOf(PROGRAM)).singleElement().asString().contains(reason);
    assertThat(ended.err()).noneMatch(line -> line.startsWith("\tat "));
    assertThat(ended.err()).noneMatch(line -> line.contains(TestWarehouse.PASSWORD));
  }

  private static List<String> with(List<String> arguments, String... more) {
    return Stream.concat(arguments.stream(), Stream.of(more)).toList();
  }

  private static JsonNode lastLine(Ended ended) throws IOException {
    return new ObjectMapper().readTree(ended.out().get(ended.out().size() - 1));
  }
}
