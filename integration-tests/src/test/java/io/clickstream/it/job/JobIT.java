package io.clickstream.it.job;

import static io.clickstream.it.job.JobRuns.START;
import static io.clickstream.it.job.JobRuns.day;
import static io.clickstream.it.job.JobRuns.other;
import static io.clickstream.it.job.JobRuns.simulated;
import static io.clickstream.testing.TestWarehouses.dump;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static io.clickstream.testing.TestWarehouses.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.event.RawKey;
import io.clickstream.it.TestJob;
import io.clickstream.servers.Home;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.RawFolder;
import io.clickstream.testing.TestBucket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the rows that the job loads from folders and from an S3 server. */
class JobIT {

  private static final Path REAL_EVENTS =
      Home.find().folder().resolve("../shared/tools/rees46_to_raw.py");
  private static final int REAL_EVENT_COUNT = 17_434;
  private static final int REAL_SESSION_COUNT = 4_518;

  private static final TestBucket BUCKET = TestBucket.create();

  @TempDir static Path folder;

  @BeforeAll
  static void startSpark() {
    BUCKET.connectSpark(Map.of());
  }

  @Test
  void realShopEventsGiveTheSameRowsFromFilesAndFromS3() throws Exception {
    assumeTrue(Files.exists(REAL_EVENTS), "the real shop events are not part of the project");
    Path raw = folder.resolve("real");
    assertThat(
            new ProcessBuilder("python3", REAL_EVENTS.toString(), raw.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    String fromFiles = migrated();
    String[] window = {"--date", "2019-10-01", "--price-scale", "2"};

    LedgerRow first = TestJob.run(fromFiles, raw.resolve("events").toUri(), window).total();
    assertThat(first.get(Count.INSERTED)).isEqualTo(REAL_EVENT_COUNT);
    assertThat(first.isBalanced()).isTrue();
    assertThat(number(fromFiles, "SELECT count(*) FROM clickstream_events"))
        .isEqualTo(REAL_EVENT_COUNT);
    assertThat(number(fromFiles, "SELECT count(*) FROM rejected_records")).isZero();
    assertThat(number(fromFiles, "SELECT count(*) FROM clickstream_sessions"))
        .isEqualTo(REAL_SESSION_COUNT);
    Map<String, String> rows = dump(fromFiles);

    LedgerRow second = TestJob.run(fromFiles, raw.resolve("events").toUri(), window).total();
    assertThat(second.get(Count.ALREADY_LOADED)).isEqualTo(REAL_EVENT_COUNT);
    assertThat(second.get(Count.RECORDS_READ)).isZero();
    assertThat(second.isBalanced()).isTrue();
    assertThat(dump(fromFiles)).isEqualTo(rows);

    if (Boolean.getBoolean(Nightly.PROPERTY)) {
      String fromS3 = migrated();
      BUCKET.upload(raw.resolve("events"), "real");
      TestJob.run(fromS3, BUCKET.uri("real"), window);
      assertThat(dump(fromS3)).isEqualTo(rows);
    }
  }

  @Test
  void theWarehouseIsTheSameWhateverTheSlicesAndTheirOrder() throws Exception {
    Path raw = simulated(folder, "slices", 3_000, 1);
    String whole = migrated();
    LedgerRow total = TestJob.run(whole, raw.toUri(), day()).total();
    assertThat(total.isBalanced()).isTrue();
    assertThat(total.get(Count.RECORDS_LISTED)).isEqualTo(3_000);
    assertThat(total.get(Count.DUPLICATES)).isPositive();
    assertThat(total.get(Count.REJECTED)).isPositive();

    String shuffled = migrated();
    // By night each hour is a slice of its own; PromiseIT slices random histories.
    int length = Boolean.getBoolean(Nightly.PROPERTY) ? 1 : 4;
    List<Instant> starts = new ArrayList<>();
    for (int hour = 0; hour < 24; hour += length) {
      starts.add(START.plus(Duration.ofHours(hour)));
    }
    Collections.shuffle(starts, new Random(7));
    List<LedgerRow> rows = new ArrayList<>();
    for (Instant start : starts) {
      String from = start.toString().substring(0, 13);
      String to = start.plus(Duration.ofHours(length)).toString().substring(0, 13);
      rows.add(TestJob.run(shuffled, raw.toUri(), "--from", from, "--to", to).total());
    }
    assertThat(rows).allMatch(LedgerRow::isBalanced);
    assertThat(rows.stream().mapToLong(row -> row.get(Count.CONTEXT_ROWS_READ)).sum()).isPositive();
    assertThat(dump(shuffled)).isEqualTo(dump(whole));
  }

  @Test
  void batchObjectsGiveTheSameEventsAsSingleOnes() throws Exception {
    Path single = simulated(folder, "single", 2_000, 1);
    Path batches = simulated(folder, "batches", 2_000, 50);
    String fromSingle = migrated();
    String fromBatches = migrated();
    TestJob.run(fromSingle, single.toUri(), day());
    LedgerRow first = TestJob.run(fromBatches, batches.toUri(), day()).total();
    assertThat(first.get(Count.OBJECTS_LISTED)).isLessThan(200);
    assertThat(first.get(Count.RECORDS_READ)).isEqualTo(2_000);
    // Keys differ, and with them the ids of events without an id of their own.
    String named =
        """
        SELECT md5(string_agg(event_id::text || visitor_id || occurred_at::text, ',' ORDER BY event_id))
        FROM clickstream_events WHERE event_id NOT IN (
          SELECT event_id FROM clickstream_events WHERE substr(event_id::text, 15, 1) = '5')""";
    assertThat(text(fromBatches, named)).isEqualTo(text(fromSingle, named));
    assertThat(number(fromBatches, "SELECT count(*) FROM clickstream_sessions"))
        .isEqualTo(number(fromSingle, "SELECT count(*) FROM clickstream_sessions"));

    LedgerRow again = TestJob.run(fromBatches, batches.toUri(), day()).total();
    assertThat(again.get(Count.ALREADY_LOADED)).isEqualTo(2_000);
    assertThat(again.isBalanced()).isTrue();
  }

  @Test
  void garbageNeverFailsTheRunAndIsExplained() throws Exception {
    Map<String, byte[]> garbage = Garbage.records();
    RawFolder raw = new RawFolder(folder.resolve("garbage"));
    for (byte[] body : garbage.values()) {
      RawKey key = RawKey.received(START, RawKey.Kind.EVENT, UUID.nameUUIDFromBytes(body));
      raw.write(key, body);
    }
    raw.write("2026/11/21/12/readme.txt", "not a raw object".getBytes());
    String warehouse = migrated();

    LedgerRow row = TestJob.run(warehouse, raw.uri(), "--hour", "2026-11-21T12").total();
    assertThat(row.isBalanced()).isTrue();
    assertThat(row.get(Count.RECORDS_READ)).isEqualTo(garbage.size());
    assertThat(row.get(Count.OBJECTS_IGNORED)).isEqualTo(1);
    for (Map.Entry<String, String> expected : Garbage.rejections().entrySet()) {
      String key =
          RawKey.received(
                  START, RawKey.Kind.EVENT, UUID.nameUUIDFromBytes(garbage.get(expected.getKey())))
              .relative();
      assertThat(
              text(
                  warehouse,
                  "SELECT reason FROM rejected_records WHERE object_key = '" + key + "'"))
          .as(expected.getKey())
          .isEqualTo(expected.getValue());
    }
    assertThat(row.get(Count.REJECTED)).isEqualTo(Garbage.rejections().size());
    assertThat(row.get(Count.INSERTED) + row.get(Count.DUPLICATES))
        .isEqualTo(garbage.size() - Garbage.rejections().size());
    assertThat(row.coercedFields())
        .containsKeys(
            "_ingest.receivedAt", "context_product_price", "client_id", "user_id", "event_id");
    assertThat(number(warehouse, "SELECT max(octet_length(body)) FROM rejected_records"))
        .isEqualTo(64 << 10);
  }

  @Test
  void anEarlierDuplicateThatComesLateReplacesTheStoredEvent() throws Exception {
    RawFolder raw = new RawFolder(folder.resolve("duplicates"));
    raw.event("2026-11-21T14", 2, duplicate("late", 14));
    raw.event("2026-11-21T14", 3, other("late", 14));
    raw.event("2026-11-21T12", 1, duplicate("early", 12));
    String inOrder = migrated();
    TestJob.run(inOrder, raw.uri(), day());
    String backwards = migrated();
    TestJob.run(backwards, raw.uri(), "--hour", "2026-11-21T14");
    LedgerRow row = TestJob.run(backwards, raw.uri(), "--hour", "2026-11-21T12").total();
    assertThat(row.get(Count.REPLACED)).isEqualTo(1);
    assertThat(row.get(Count.CONFLICTING_DUPLICATES)).isEqualTo(1);
    assertThat(dump(backwards)).isEqualTo(dump(inOrder));
    assertThat(text(backwards, "SELECT client_id FROM event_details WHERE raw_object_key ~ '/12/'"))
        .isEqualTo("early");
  }

  @Test
  void foldersMayHaveBlanksAndOtherLettersInTheirNames() throws Exception {
    for (String name : List.of("a b", "dữ liệu", "p%20q")) {
      RawFolder raw = new RawFolder(folder.resolve(name));
      raw.event("2026-11-21T12", 1, other("a", 1));
      for (String root : List.of(raw.root().toString(), raw.uri().toString())) {
        LedgerRow row =
            TestJob.run(List.of("--raw", root, "--hour", "2026-11-21T12", "--dry-run")).total();
        assertThat(row.get(Count.INSERTED)).as(root).isOne();
      }
    }
  }

  @Test
  void aDryRunNeedsNoWarehouseAndCountsTheSame() throws Exception {
    Path raw = simulated(folder, "dry", 1_000, 1);
    List<String> arguments = new ArrayList<>(List.of("--raw", raw.toUri().toString(), "--dry-run"));
    arguments.addAll(Arrays.asList(day()));
    LedgerRow dry = TestJob.run(arguments).total();
    LedgerRow real = TestJob.run(migrated(), raw.toUri(), day()).total();
    for (Count count :
        List.of(Count.RECORDS_LISTED, Count.INSERTED, Count.DUPLICATES, Count.REJECTED)) {
      assertThat(dry.get(count)).as(count.column()).isEqualTo(real.get(count));
    }
    assertThat(dry.coercedFields()).isEqualTo(real.coercedFields());
  }

  private static String duplicate(String clientId, int hour) {
    return """
        {"eventId":"7b1c6d0e-8a57-4b0f-9a0c-2f8f5f0f7a10","eventName":"page_view","clientId":"%s",
        "_ingest":{"receivedAt":"2026-11-21T%02d:10:00Z"}}"""
        .formatted(clientId, hour);
  }
}
