package io.clickstream.it.reload;

import static io.clickstream.testing.TestWarehouses.migrated;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.HoursPlan;
import io.clickstream.etl.warehouse.Checks;
import io.clickstream.etl.warehouse.Checks.Finding;
import io.clickstream.etl.warehouse.Warehouse;
import io.clickstream.it.TestJob;
import io.clickstream.local.diff.DumpDigest;
import io.clickstream.local.diff.Snapshot;
import io.clickstream.local.diff.WarehouseDiff;
import io.clickstream.local.reload.Reload;
import io.clickstream.local.reload.ReloadRequest;
import io.clickstream.servers.PostgresServer;
import io.clickstream.simulator.TrafficOptions;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.SimulatedObjects;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests two years of traffic from beginning to end: packed, loaded, reloaded with other settings,
 * compared, swapped, undone and swapped again. {@code -Dyears.events=2000000} sets the number of
 * events.
 */
class PackedYearsIT {

  private static final int EVENTS = Integer.getInteger("years.events", 200_000);
  private static final Instant START = Instant.parse("2024-11-01T00:00:00Z");
  private static final int YEARS = 2;
  private static final Duration YEAR = Duration.ofDays(365);
  private static final long HOURS = YEARS * YEAR.toHours();
  private static final Map<String, String> CHANGED =
      Map.of("price-scale", "2", "session-gap", "7m");

  /**
   * Some dozens of slices, so that each is staged while the one before merges. The sizes of small
   * packs tell of many more records than they have.
   */
  private static final List<String> SLICES = List.of("--slice-records", Integer.toString(EVENTS));

  @TempDir private Path raw;

  @Test
  @Nightly("It packs 17,520 hours and loads them three times")
  void aReloadOfPackedYearsEqualsAFreshLoad() throws Exception {
    TestSpark.session();
    for (int year = 0; year < YEARS; year++) {
      TrafficOptions traffic =
          new TrafficOptions(EVENTS / YEARS, year, START.plus(YEAR.multipliedBy(year)), YEAR);
      SimulatedObjects.write(raw, traffic);
    }
    TestJob.pack(raw.toUri(), "--older-than", "1h", "--delete-packed");
    assertThat(singleObjects()).isZero();
    say("packed");

    String url = migrated();
    HoursPlan plan = (HoursPlan) load(url, "--plan").report().orElseThrow();
    assertThat(plan.objects()).isZero();
    assertThat(plan.packs()).isGreaterThan(Math.min(EVENTS / 20, HOURS / 2));
    assertThat(load(url).total().isBalanced()).isTrue();
    assertThat(((HoursPlan) load(url, "--plan").report().orElseThrow()).records()).isZero();
    String before = digest(url);
    say("loaded");

    try (Reload reload = reload(url, CHANGED)) {
      WarehouseDiff diff = reload.load().orElseThrow();
      assertThat(diff.settings())
          .containsExactly(
              new WarehouseDiff.SettingChange("price_scale", "0", "2"),
              new WarehouseDiff.SettingChange("session_gap_s", "1800", "420"));
      assertThat(diff.metrics().totals())
          .anySatisfy(
              total -> {
                assertThat(total.metric()).isEqualTo("sessions");
                assertThat(total.after()).isGreaterThan(total.before());
              });
      say("reloaded");
      reload.swap();
      String after = digest(url);
      reload.undo();
      assertThat(digest(url)).isEqualTo(before);
      reload.swap();
      assertThat(digest(url)).isEqualTo(after);
      assertThat(Checks.run(warehouse(url), finding -> {})).allMatch(Finding::holds);
      say("swapped, undone and swapped");

      String fresh = migrated();
      assertThat(load(fresh, "--price-scale", "2", "--session-gap", "7m").total().isBalanced())
          .isTrue();
      assertThat(digest(fresh)).isEqualTo(after);
      reload.dropBefore();
      say("equal to a fresh load");
    }
  }

  private long singleObjects() throws IOException {
    try (Stream<Path> files = Files.walk(raw)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("pack-"))
          .count();
    }
  }

  private EtlResult load(String url, String... more) throws IOException {
    List<String> arguments = TestJob.arguments(url, raw.toUri(), "--since-last-run", "--reconcile");
    arguments.addAll(List.of(more).contains("--plan") ? List.of() : SLICES);
    arguments.addAll(List.of(more));
    EtlResult result = TestJob.run(arguments);
    assertThat(result.failures()).isEmpty();
    return result;
  }

  private Reload reload(String url, Map<String, String> settings) {
    return new Reload(
        new ReloadRequest(
            warehouse(url), Optional.of(raw.toUri().toString()), SLICES, settings, false, false),
        arguments -> TestJob.run(arguments).failures(),
        line -> {});
  }

  private static Warehouse warehouse(String url) {
    return new Warehouse(url, PostgresServer.USER, null, null);
  }

  /** Returns the digest of all rows: the rows of millions of events do not fit into memory. */
  private static String digest(String url) {
    try (Snapshot snapshot = Snapshot.open(warehouse(url))) {
      return DumpDigest.of(snapshot);
    }
  }

  private static void say(String what) {
    System.out.printf("%,d events of two years: %s at %s%n", EVENTS, what, Instant.now());
  }
}
