package io.clickstream.it.job;

import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.it.TestJob;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.HeldTable;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code --rebuild}, which applies other session and mart settings to the same events. */
class RebuildIT {

  private static final int EVENTS = 2_000;
  private static final String[] DAY = {"--from", "2026-11-21T12", "--to", "2026-11-22T12"};
  private static final String[] OTHER_RULES = {
    "--session-gap", "7m", "--timezone", "Asia/Kolkata", "--own-hosts", "google.com,facebook.com"
  };

  @TempDir static Path raw;

  @BeforeAll
  static void simulate() throws IOException {
    TestSpark.session();
    SimulatedObjects.write(
        raw,
        new TrafficOptions(EVENTS, 1, Instant.parse("2026-11-21T12:00:00Z"), Duration.ofHours(24)));
  }

  @Test
  void aRebuildEqualsALoadWithTheNewRules() throws Exception {
    String loaded = migrated();
    run(loaded, load(OTHER_RULES));
    String rebuilt = migrated();
    run(rebuilt, load());
    assertThat(dump(rebuilt)).isNotEqualTo(dump(loaded));

    LedgerRow row = run(rebuilt, rebuild(OTHER_RULES));
    assertThat(dump(rebuilt)).isEqualTo(dump(loaded));
    assertThat(row.mode()).isEqualTo("rebuild");
    assertThat(row.get(Count.SESSIONS_WRITTEN))
        .isEqualTo(number(rebuilt, "SELECT count(*) FROM clickstream_sessions"));
    assertThat(row.windowFrom()).isEqualTo("2026-11-21T12:00:00Z");
    assertThat(number(rebuilt, "SELECT count(*) FROM etl_runs WHERE mode = 'rebuild'")).isOne();

    // The schedule has to go on with the new rules; with the old ones it would mix them.
    assertThatThrownBy(() -> run(rebuilt, load()))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessageContaining("session_gap_s is 420 in the warehouse, but 1800 here")
        .hasMessageContaining("reporting_zone is Asia/Kolkata in the warehouse");
    assertThat(run(rebuilt, load(OTHER_RULES)).get(Count.RECORDS_READ)).isZero();
  }

  @Test
  void aRebuildWithTheSameRulesChangesNothing() throws Exception {
    String warehouse = migrated();
    run(warehouse, load());
    Map<String, String> before = dump(warehouse);
    run(warehouse, rebuild());
    assertThat(dump(warehouse)).isEqualTo(before);
  }

  @Test
  void readersSeeTheOldSessionsUntilTheCommit() throws Exception {
    String warehouse = migrated();
    run(warehouse, load());
    Map<String, String> before = dump(warehouse);
    List<Stage> seen = new ArrayList<>();
    etl(
        warehouse,
        new RunListener() {
          @Override
          public void message(String line) {}

          @Override
          public void stageEnded(Stage stage) {
            seen.add(stage);
            assertThat(dumped(warehouse)).as("after %s", stage).isEqualTo(before);
          }
        },
        rebuild(OTHER_RULES));
    assertThat(seen).contains(Stage.SESSIONIZE, Stage.MERGE, Stage.MARTS);
    assertThat(dump(warehouse)).isNotEqualTo(before);
  }

  @Test
  void aCrashAtAnyStageChangesNothing() throws Exception {
    String warehouse = migrated();
    run(warehouse, load());
    Map<String, String> before = dump(warehouse);
    for (Stage crash : List.of(Stage.WAIT_FOR_LOCK, Stage.SESSIONIZE, Stage.MERGE, Stage.MARTS)) {
      RunListener crashing =
          new RunListener() {
            @Override
            public void message(String line) {}

            @Override
            public void stageEnded(Stage stage) {
              if (stage == crash) {
                throw new IllegalStateException("crash");
              }
            }
          };
      assertThatThrownBy(() -> etl(warehouse, crashing, rebuild(OTHER_RULES))).hasMessage("crash");
      assertThat(dump(warehouse)).as("after %s", crash).isEqualTo(before);
    }
    assertThat(HeldTable.stagingTables(warehouse)).isEmpty();
  }

  @Test
  void theScaleOfPricesCannotBeRebuilt() throws Exception {
    String warehouse = migrated();
    run(warehouse, load());
    assertThatThrownBy(() -> run(warehouse, rebuild("--price-scale", "2", "--session-gap", "7m")))
        .isInstanceOf(SettingsMismatchException.class)
        .hasMessage("Cannot rebuild with --price-scale 2: the stored events have 0. Leave it out.");
  }

  @Test
  void rulesThatAreNotGivenDoNotChange() throws Exception {
    String loaded = migrated();
    run(loaded, load("--session-gap", "7m", "--timezone", "UTC", "--own-hosts", "a.example"));
    String rebuilt = migrated();
    run(rebuilt, load("--session-gap", "7m", "--own-hosts", "a.example"));
    run(rebuilt, rebuild("--timezone", "UTC"));
    assertThat(dump(rebuilt)).isEqualTo(dump(loaded));
  }

  @Test
  void aRebuildOfAnEmptyWarehouseWritesNoSettings() throws Exception {
    String warehouse = migrated();
    assertThatThrownBy(() -> run(warehouse, rebuild(OTHER_RULES)))
        .isInstanceOf(LoadException.class)
        .hasMessage("Cannot rebuild: the warehouse has no events. Load some first.");
    assertThat(run(warehouse, load()).get(Count.RECORDS_READ)).isEqualTo(EVENTS);
  }

  private static LedgerRow run(String jdbcUrl, String... args) throws IOException {
    return etl(jdbcUrl, line -> {}, args);
  }

  private static LedgerRow etl(String jdbcUrl, RunListener listener, String... args)
      throws IOException {
    return TestJob.run(TestJob.arguments(jdbcUrl, args), listener).total();
  }

  private static String[] load(String... rules) {
    return concat(concat(new String[] {"--raw", raw.toUri().toString()}, DAY), rules);
  }

  private static String[] rebuild(String... rules) {
    return concat(new String[] {"--rebuild"}, rules);
  }

  private static String[] concat(String[] first, String[] second) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(second));
    return all.toArray(String[]::new);
  }

  private static Map<String, String> dumped(String jdbcUrl) {
    try {
      return dump(jdbcUrl);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
