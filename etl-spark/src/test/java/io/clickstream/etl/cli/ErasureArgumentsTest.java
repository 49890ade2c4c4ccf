package io.clickstream.etl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.job.JobRequest.Erasing;
import io.clickstream.etl.job.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErasureArgumentsTest {

  private static final String KEY =
      "2026/11/22/13/batch-00000000-0000-4000-8000-000000000001.ndjson#7";

  private static EtlOptions parse(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "--raw", "s3a://bucket/events",
                "--jdbc-url", "jdbc:postgresql://localhost:5432/warehouse",
                "--db-user", "etl"));
    line.addAll(Arrays.asList(more));
    return EtlOptions.parse(line.toArray(String[]::new), Optional.empty());
  }

  private static void assertRefused(String message, String... more) {
    assertThatThrownBy(() -> parse(more))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read the arguments: " + message);
  }

  @Test
  void idsMayBeRepeatedAndAreReadAsEventsHaveThem() {
    EtlOptions options =
        parse(
            "--erase",
            "--client-id",
            " a ",
            "--client-id",
            "b",
            "--user-id",
            "7",
            "--linked",
            "--purge",
            "--event-id",
            "00000000-0000-4000-8000-00000000000A",
            "--object-key",
            KEY,
            "--received-before",
            "2026-11-22T20:00:00+07:00");
    assertThat(options.window()).isEqualTo(new Window.Erase());
    assertThat(options.erasing())
        .contains(
            new Erasing(
                List.of("a", "b"),
                List.of("7"),
                List.of("00000000-0000-4000-8000-00000000000a"),
                List.of(KEY),
                Optional.of(Instant.parse("2026-11-22T13:00:00Z")),
                true,
                true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--purge",
        "-n",
        "it's",
        "a,b",
        "a=b",
        "@file",
        "\"quoted\"",
        "$(id)",
        "Đỗ",
        "a\nb"
      })
  void anIdThatIsAttachedIsTakenAsItIs(String id) {
    assertThat(parse("--erase", "--client-id=" + id, "--user-id=" + id).erasing())
        .hasValueSatisfying(
            erasing -> {
              assertThat(erasing.clientIds()).containsExactly(id);
              assertThat(erasing.userIds()).containsExactly(id);
              assertThat(erasing.purge()).isFalse();
            });
  }

  @Test
  void withoutIdsItAppliesTheRequestsOfOthers() {
    assertThat(parse("--erase").erasing())
        .contains(
            new Erasing(
                List.of(), List.of(), List.of(), List.of(), Optional.empty(), false, false));
    assertThat(parse("--hour", "2026-11-22T13").erasing()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "undefined", "[object Object]"})
  void anIdThatIdentifiesNobodyIsRefused(String id) {
    assertRefused("--user-id is '" + id + "', which identifies nobody", "--erase", "--user-id", id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "../2026/11/22/13/event-00000000-0000-4000-8000-000000000001.json",
        "2026/11/22/13/event-00000000-0000-4000-8000-000000000001.json#1",
        "2026/11/22/13/pack-00000000-0000-4000-8000-000000000001.parquet",
        "2026/11/22/13/batch-00000000-0000-4000-8000-000000000001.ndjson#0"
      })
  void aKeyThatNamesNoRecordIsRefused(String key) {
    assertRefused("--object-key is '" + key + "'", "--erase", "--object-key", key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yesterday", "2026-11-22", "1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z"})
  void aTimeThatNoRecordCanHaveIsRefused(String time) {
    assertRefused(
        "--received-before is '" + time + "'", "--erase", "--user-id=7", "--received-before", time);
  }

  @ParameterizedTest
  @CsvSource({
    "--client-id=a, --hour=2026-11-22T13, 'ids, --linked, --purge and --received-before have no effect'",
    "--linked, --hour=2026-11-22T13, 'ids, --linked, --purge and --received-before have no effect'",
    "--received-before=2026-11-22T13:00:00Z, --hour=2026-11-22T13, 'ids, --linked, --purge and'",
    "--purge, --hour=2026-11-22T13, 'ids, --linked, --purge and'",
    "--erase, --linked, --linked has no effect without --user-id",
    "--erase, --check, --check is about loading and --erase loads nothing",
    "--erase, --plan, --plan is about loading and --erase loads nothing",
    "--erase, --hour=2026-11-22T13, '--erase concerns all hours, and another argument names hours'",
    "--erase, --pack, --erase and --pack are both given"
  })
  void argumentsThatContradictEachOtherAreRefused(String one, String other, String message) {
    assertRefused(message, one, other);
  }
}
