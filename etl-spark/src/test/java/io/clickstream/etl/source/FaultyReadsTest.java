package io.clickstream.etl.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.schema.RawRow;
import io.clickstream.etl.source.FlakyFileSystem.Fault;
import io.clickstream.event.RawKey;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultyReadsTest {

  private static final Instant THIRTEEN = Instant.parse("2026-11-22T13:00:00Z");
  private static final int BODY = RawRow.RECORD.indexOf("body");
  private static final int OUTCOME = RawRow.OBJECT.indexOf("outcome");
  private static final int DETAIL = RawRow.OBJECT.indexOf("detail");
  private static final int ATTEMPTS = 3;

  @TempDir Path root;
  private RawStore store;
  private RawKey event;
  private RawKey batch;

  private RawFolder raw;

  @BeforeEach
  void twoObjects() {
    raw = new RawFolder(root);
    event = raw.event("2026-11-22T13", 1, "{'a':1}");
    batch = raw.batch("2026-11-22T13", 2, "{'b':1}\n{'b':2}\n");
    store =
        new RawStore(
            URI.create("flaky://" + root.toUri().getPath()),
            FlakyFileSystem.configuration(),
            new ReadRetry(ATTEMPTS, Duration.ofMillis(1)));
  }

  /** Returns the bodies of the records and the outcomes of the objects, sorted. */
  private List<String> read() throws IOException {
    List<ListedObjects> listed = List.of(store.list(THIRTEEN, THIRTEEN).objects());
    return new ReadObjects(store, 2)
        .read(TestSpark.session(), listed).collectAsList().stream()
            .map(FaultyReadsTest::text)
            .sorted()
            .toList();
  }

  private static String text(Row row) {
    return RawRow.RECORD.holds(row)
        ? "record " + new String(row.<byte[]>getAs(BODY), UTF_8)
        : row.getString(OUTCOME) + " " + row.get(DETAIL);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED_AT_OPENING", "BROKEN_IN_THE_BODY", "ENDED_EARLY", "UNCHECKED"})
  void anObjectIsReadAgainAsAWholeAfterATransientError(Fault fault) throws IOException {
    FlakyFileSystem.fail(fault, ATTEMPTS - 1);
    assertThat(read())
        .containsExactly(
            "read null", "read null", "record {'a':1}", "record {'b':1}", "record {'b':2}");
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED_AT_OPENING", "BROKEN_IN_THE_BODY", "ENDED_EARLY", "UNCHECKED"})
  void anObjectThatKeepsFailingIsUnreadableAndHasNoRecords(Fault fault) throws IOException {
    FlakyFileSystem.fail(fault, ATTEMPTS);
    assertThat(read()).hasSize(2).allMatch(row -> row.startsWith("unreadable "));
    assertThat(FlakyFileSystem.opened(event.fileName())).isEqualTo(ATTEMPTS);
  }

  @Test
  void aForbiddenObjectIsNotRetried() throws IOException {
    FlakyFileSystem.fail(Fault.FORBIDDEN, 1);
    assertThat(read()).hasSize(2).allMatch(row -> row.startsWith("unreadable "));
    assertThat(FlakyFileSystem.opened(batch.fileName())).isEqualTo(1);
  }

  @Test
  void anObjectWithoutReadPermissionIsUnreadableAndNotVanished() throws IOException {
    FlakyFileSystem.fail(Fault.MISSING_THOUGH_THERE, 1);
    assertThat(read())
        .hasSize(2)
        .allMatch(row -> row.startsWith("unreadable ") && row.endsWith("(Permission denied)"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileOnADiskWithErrorsIsUnreadable() throws IOException {
    // Reading this file is an input/output error, which Hadoop throws as a java.lang.Error.
    Files.createSymbolicLink(
        root.resolve(event.relative())
            .resolveSibling("event-11111111-1111-4111-8111-111111111111.json"),
        Path.of("/proc/self/mem"));
    store = new RawStore(root.toUri(), FlakyFileSystem.configuration());
    assertThat(read())
        .hasSize(6)
        .anyMatch(row -> row.startsWith("unreadable ") && row.contains("Input/output error"));
  }

  @Test
  void aStoreThatIsDownIsNotAskedForEachObject() throws IOException {
    for (int i = 10; i < 10 + 3 * StoreCircuitBreaker.FAILURES_IN_A_ROW; i++) {
      raw.event("2026-11-22T13", i, "{}");
    }
    FlakyFileSystem.fail(Fault.REFUSED_AT_OPENING, ATTEMPTS);
    List<String> rows = read();
    assertThat(rows).hasSize(2 + 3 * StoreCircuitBreaker.FAILURES_IN_A_ROW);
    assertThat(rows)
        .filteredOn("unreadable 503 slow down"::equals)
        .hasSizeBetween(
            StoreCircuitBreaker.FAILURES_IN_A_ROW, 2 * StoreCircuitBreaker.FAILURES_IN_A_ROW + 4);
    assertThat(rows)
        .filteredOn("unreadable not tried: 128 reads before it failed in a row"::equals)
        .hasSizeGreaterThan(StoreCircuitBreaker.FAILURES_IN_A_ROW / 2);
  }
}
