package io.clickstream.it.fieldcases;

import static io.clickstream.testing.TestWarehouses.connect;
import static io.clickstream.testing.TestWarehouses.migrated;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.it.TestJob;
import io.clickstream.it.fieldcases.FieldCase.Expectation;
import io.clickstream.servers.Home;
import io.clickstream.servers.PostgresServer;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loads the cases of {@code field-cases/}, all into one warehouse for each of four reporting zones.
 * In Casablanca clocks go back during Ramadan, on Lord Howe Island they go by half an hour, and
 * Vancouver stopped changing them in 2026.
 */
class FieldCasesIT {

  static final List<String> ZONES =
      List.of("Asia/Ho_Chi_Minh", "America/Vancouver", "Australia/Lord_Howe", "Africa/Casablanca");

  private static final String OWN_HOSTS = "shop.example,cửahàng.vn";

  private static final Map<String, String> WAREHOUSES = new HashMap<>();

  @TempDir private static Path folder;

  @BeforeAll
  static void load() throws IOException, SQLException {
    TestSpark.session();
    for (String zone : ZONES) {
      Path raw = folder.resolve(zone);
      for (FieldCase each : FieldCase.all()) {
        if (each.holdsIn(zone)) {
          each.copyRawTo(raw);
        }
      }
      WAREHOUSES.put(zone, loaded(raw, zone));
    }
  }

  private static String loaded(Path raw, String zone) throws IOException, SQLException {
    String warehouse = migrated();
    LedgerRow total =
        TestJob.run(
                warehouse,
                raw.toUri(),
                "--since-last-run",
                "--reconcile",
                "--own-hosts",
                OWN_HOSTS,
                "--timezone",
                zone)
            .total();
    assertThat(total.isBalanced()).isTrue();
    return warehouse;
  }

  static Stream<Arguments> cases() {
    return ZONES.stream()
        .flatMap(
            zone ->
                FieldCase.all().stream()
                    .filter(each -> each.holdsIn(zone))
                    .map(each -> Arguments.of(each, zone)));
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("cases")
  void theRowsAreRight(FieldCase each, String zone) throws SQLException {
    assertThat(each.expectations()).isNotEmpty();
    SoftAssertions softly = new SoftAssertions();
    try (Connection connection = connect(WAREHOUSES.get(zone))) {
      for (Expectation expectation : each.expectations()) {
        softly
            .assertThat(rows(connection, expectation.query()))
            .as("%s: %s", each, expectation.rule())
            .isEqualTo(expectation.rows());
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @FieldSource("ZONES")
  void allChecksHold(String zone) throws SQLException {
    Warehouse warehouse = new Warehouse(WAREHOUSES.get(zone), PostgresServer.USER, null, null);

    assertThat(Checks.run(warehouse, finding -> {})).allMatch(Checks.Finding::holds);
  }

  /** A case is loaded only if its files are below {@code raw/} with the names of raw objects. */
  @ParameterizedTest
  @MethodSource("io.clickstream.it.fieldcases.FieldCase#all")
  void eachCaseHasRawObjects(FieldCase each) throws IOException {
    try (Stream<Path> files = Files.walk(each.folder().resolve("raw"))) {
      assertThat(files.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(file.getFileName().toString()).matches("batch-[0-9a-f-]{36}.ndjson"));
    }
  }

  @Test
  void thePageNamesEachCase() throws IOException {
    String page = Files.readString(Home.find().folder().resolve("docs/field-cases.md"));
    assertThat(
            Pattern.compile("^- `([a-z0-9-]+)`:", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(line -> line.group(1)))
        .containsExactlyElementsOf(FieldCase.all().stream().map(FieldCase::toString).toList());
  }

  private static List<String> rows(Connection connection, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        StringJoiner columns = new StringJoiner("|");
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          columns.add(Objects.requireNonNullElse(row.getString(i), "NULL"));
        }
        rows.add(columns.toString());
      }
    }
    return rows;
  }
}
