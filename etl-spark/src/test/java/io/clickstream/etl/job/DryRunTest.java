package io.clickstream.etl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.source.RawRootMissingException;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job without a warehouse: what {@code --dry-run} counts. */
class DryRunTest {

  @TempDir Path root;

  @BeforeAll
  static void startSpark() {
    TestSpark.session();
  }

  private static EtlResult run(String... line) throws IOException {
    return EtlMain.run(line, Map.of("DW_PASSWORD", "s3cret"), progress -> {});
  }

  private EtlResult dryRun(String... window) throws IOException {
    String[] line = new String[window.length + 3];
    line[0] = "--raw";
    line[1] = root.toUri().toString();
    line[2] = "--dry-run";
    System.arraycopy(window, 0, line, 3, window.length);
    return run(line);
  }

  private static String event(String id) {
    return "{\"eventId\":\"" + id + "\",\"clientId\":\"undefined\"}";
  }

  @Test
  void everyRecordIsCountedOnce() throws IOException {
    RawFolder raw = new RawFolder(root);
    raw.event("2026-11-22T13", 1, event("a"));
    raw.event("2026-11-22T13", 2, event("a"));
    raw.event("2026-11-22T14", 3, "");
    raw.event("2026-11-22T14", 4, "[]");
    raw.batch("2026-11-22T14", 5, event("b") + "\n\n" + event("c") + "\n{\n");
    raw.write("2026/11/22/14/notes.txt", new byte[3]);
    raw.event("2026-11-23T00", 6, event("d"));

    EtlResult result = dryRun("--date", "2026-11-22");

    assertThat(result.failures()).isEmpty();
    assertThat(result.total().mode()).isEqualTo("dry-run");
    assertThat(result.total().isBalanced()).isTrue();
    assertThat(result.total().get(Count.OBJECTS_LISTED)).isEqualTo(5);
    assertThat(result.total().get(Count.OBJECTS_IGNORED)).isEqualTo(1);
    assertThat(result.total().get(Count.RECORDS_LISTED)).isEqualTo(7);
    assertThat(result.total().get(Count.RECORDS_READ)).isEqualTo(7);
    assertThat(result.total().get(Count.INSERTED)).isEqualTo(3);
    assertThat(result.total().get(Count.DUPLICATES)).isEqualTo(1);
    assertThat(result.total().get(Count.REJECTED)).isEqualTo(3);
    assertThat(result.total().coercedFields()).isEqualTo(Map.of("client_id", 4L));
    assertThat(result.total().toJson()).doesNotContain("s3cret").startsWith("{\"run_id\":");
  }

  @Test
  void anEmptyHourIsDone() throws IOException {
    EtlResult result = dryRun("--hour", "2026-11-22T13");
    assertThat(result.total().get(Count.RECORDS_LISTED)).isZero();
    assertThat(result.total().isBalanced()).isTrue();
  }

  @Test
  void reconcileVisitsEveryHour() throws IOException {
    RawFolder raw = new RawFolder(root);
    raw.event("2019-10-01T00", 1, event("a"));
    raw.event("2020-02-29T23", 2, event("b"));
    EtlResult result = dryRun("--since-last-run", "--look-back", "1h", "--reconcile");
    assertThat(result.total().get(Count.INSERTED)).isEqualTo(2);
  }

  @Test
  void aMissingRootFails() {
    assertThatThrownBy(
            () ->
                run(
                    "--raw",
                    root.resolve("nowhere").toUri().toString(),
                    "--dry-run",
                    "--date",
                    "2026-11-22"))
        .isInstanceOf(RawRootMissingException.class)
        .hasMessageContaining("nowhere");
  }
}
