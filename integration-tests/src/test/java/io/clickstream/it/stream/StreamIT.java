package io.clickstream.it.stream;

import static io.clickstream.it.stream.StreamUnderTest.array;
import static io.clickstream.it.stream.StreamUnderTest.ids;
import static io.clickstream.testing.TestWarehouses.migrated;
import static io.clickstream.testing.TestWarehouses.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.etl.warehouse.LedgerRow;
import io.clickstream.etl.warehouse.LedgerRow.Count;
import io.clickstream.it.TestJob;
import io.clickstream.it.stream.KinesisFaults.Fault;
import io.clickstream.local.stream.MappingSettings;
import io.clickstream.servers.Home;
import io.clickstream.servers.KinesisServer;
import io.clickstream.testing.Eventually;
import io.clickstream.testing.RecordingS3;
import io.clickstream.testing.TestSpark;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream in front of S3: the deployable functions in AWS's runtime client, and a Kinesis server.
 * In each case what is accepted is stored.
 */
class StreamIT {

  private static final MappingSettings QUICK =
      new MappingSettings(100, Duration.ofMillis(200), Duration.ofHours(1));

  @TempDir private static Path shared;
  @TempDir private Path folder;

  private static KinesisServer kinesis;

  @BeforeAll
  static void startServer() throws Exception {
    kinesis = new KinesisServer(Home.find(), shared.resolve("kinesis"), StreamUnderTest.KEY);
  }

  @AfterAll
  static void stopServer() {
    kinesis.close();
  }

  @Test
  void acceptedEventsAreStoredInBatchesUnderTheHourOfReception() throws Exception {
    try (StreamUnderTest stream = new StreamUnderTest(kinesis, "plain", 2, QUICK, folder)) {
      List<String> ids = ids("plain", 0, 40);
      for (String id : ids.subList(0, 20)) {
        assertThat(stream.post("{\"eventId\":\"" + id + "\",\"clientId\":\"c\"}")).isEqualTo(200);
      }
      assertThat(stream.post(array(ids.subList(20, 40)))).isEqualTo(200);
      assertThat(stream.post("{\"eventName\":\"without an id\"}")).isEqualTo(200);

      stream.awaitStored(ids);

      assertThat(stream.stored()).hasSize(40).allSatisfy((id, lines) -> assertThat(lines).isOne());
      assertThat(stream.s3().objects().keySet())
          .allMatch(
              key ->
                  key.matches(
                      "/clickstream-s3-ingest/events/\\d{4}/\\d\\d/\\d\\d/\\d\\d/"
                          + "(batch-[0-9a-f-]{13}-5[0-9a-f-]{21}\\.ndjson|event-[0-9a-f-]{36}\\.json)"))
          .filteredOn(key -> key.endsWith(".json"))
          .hasSize(1);
      assertThat(stream.s3().objects()).as("fewer objects than events").hasSizeLessThan(30);
      assertThat(stream.mapping().discarded()).isZero();
    }
  }

  @Test
  void throttledAndFailedRecordsAreSentAgainAndLostAnswersAreDuplicates() throws Exception {
    try (StreamUnderTest stream = new StreamUnderTest(kinesis, "faults", 2, QUICK, folder)) {
      List<String> accepted = new ArrayList<>();
      for (Fault fault : Fault.values()) {
        stream.faults().follow(fault, Fault.NONE);
        List<String> ids = ids(fault.name(), 0, 10);
        assertThat(stream.post(array(ids))).as(fault.name()).isEqualTo(200);
        accepted.addAll(ids);
      }
      stream.faults().follow(Fault.THROTTLED);
      List<String> refused = ids("refused", 0, 10);
      assertThat(stream.post(array(refused))).as("throttled for long").isEqualTo(503);
      stream.faults().follow(Fault.HALF_IS_THROTTLED);
      assertThat(stream.post(array(refused))).as("halves, until one is left").isEqualTo(200);
      accepted.addAll(refused);

      stream.awaitStored(accepted);

      Map<String, Integer> lines = stream.stored();
      assertThat(lines.keySet()).containsExactlyInAnyOrderElementsOf(accepted);
      assertThat(ids("LOSES_ANSWER", 0, 10)).allMatch(id -> lines.get(id) == 2);
      assertThat(ids("HALF_IS_THROTTLED", 0, 10)).allMatch(id -> lines.get(id) == 1);
      assertThat(stream.faults().counts()).containsKeys(Fault.values());
    }
  }

  @Test
  void aWriterThatIsKilledAtAnyStepLosesNothing() throws Exception {
    TestSpark.session();
    try (StreamUnderTest stream = new StreamUnderTest(kinesis, "kills", 1, QUICK, folder)) {
      List<String> accepted = new ArrayList<>();
      for (RecordingS3.Fault step :
          List.of(RecordingS3.Fault.HANGS, RecordingS3.Fault.STORES_AND_HANGS)) {
        stream.s3().fail(step);
        List<String> ids = ids(step.name(), 0, 20);
        assertThat(stream.post(array(ids))).isEqualTo(200);
        accepted.addAll(ids);
        Eventually.holds("a PUT waits", () -> !stream.s3().seen().isEmpty());
        kill(stream);
        stream.s3().fail();
        stream.awaitStored(accepted);
      }
      for (int start = 0; start < 3; start++) {
        List<String> ids = ids("start-" + start, 0, 20);
        kill(stream);
        assertThat(stream.post(array(ids))).isEqualTo(200);
        accepted.addAll(ids);
        Eventually.holds("a process starts", () -> !stream.writer().processes().isEmpty());
        kill(stream);
      }
      stream.awaitStored(accepted);

      String warehouse = migrated();
      LedgerRow loaded = load(warehouse, stream);
      int lines = stream.stored().values().stream().mapToInt(Integer::intValue).sum();
      assertThat(loaded.get(Count.RECORDS_READ)).isEqualTo(lines);
      assertThat(loaded.get(Count.INSERTED)).isEqualTo(accepted.size());
      assertThat(loaded.get(Count.DUPLICATES)).isEqualTo(lines - accepted.size());
      assertThat(loaded.isBalanced()).isTrue();
      assertThat(number(warehouse, "SELECT count(*) FROM clickstream_events"))
          .isEqualTo(accepted.size());
    }
  }

  private static void kill(StreamUnderTest stream) {
    stream.writer().processes().forEach(ProcessHandle::destroyForcibly);
  }

  private static LedgerRow load(String warehouse, StreamUnderTest stream) throws Exception {
    return TestJob.loadNew(warehouse, stream.rawFolder()).total();
  }

  @Test
  void aShardThatIsSplitIsReadBeforeItsChildren() throws Exception {
    try (StreamUnderTest stream = new StreamUnderTest(kinesis, "split", 1, QUICK, folder)) {
      List<String> accepted = new ArrayList<>();
      for (int part = 0; part < 4; part++) {
        List<String> ids = ids("split-" + part, 0, 25);
        assertThat(stream.post(array(ids))).isEqualTo(200);
        accepted.addAll(ids);
        if (part == 1) {
          stream.client().splitShard("shardId-000000000000");
        }
      }

      stream.awaitStored(accepted);

      assertThat(stream.stored()).hasSize(100).allSatisfy((id, lines) -> assertThat(lines).isOne());
      Eventually.holds(
          "the parent is noted as processed",
          () ->
              Files.readString(folder.resolve("mapping/stream.checkpoints"))
                  .contains("shardId-000000000000.end=end"));
    }
  }

  @Test
  void recordsThatAreTooOldAreCountedAndMayBeReadAgain() throws Exception {
    MappingSettings shortLived =
        new MappingSettings(100, Duration.ofMillis(200), Duration.ofMillis(500));
    try (StreamUnderTest stream = new StreamUnderTest(kinesis, "old", 1, shortLived, folder)) {
      stream.s3().fail(RecordingS3.Fault.ACCESS_DENIED);
      List<String> old = ids("old", 0, 10);
      assertThat(stream.post(array(old))).isEqualTo(200);
      Eventually.holds("the records of five clients", () -> stream.mapping().discarded() == 5);
      assertThat(stream.stored()).isEmpty();
      assertThat(Files.readString(folder.resolve("mapping/stream.discarded")))
          .contains(" shardId-000000000000 ");

      stream.s3().fail();
      stream.mapping().close();
      stream.map(QUICK, "again");
      stream.awaitStored(old);
      assertThat(stream.mapping().discarded()).isZero();
    }
  }

  @Test
  void aServerThatIsKilledKeepsItsRecordsAndStartsAgain() throws Exception {
    try (StreamUnderTest stream = new StreamUnderTest(kinesis, "restart", 1, QUICK, folder)) {
      List<String> ids = ids("restart", 0, 20);
      stream.s3().fail(RecordingS3.Fault.SLOW_DOWN);
      assertThat(stream.post(array(ids.subList(0, 10)))).isEqualTo(200);
      ProcessHandle killed = kinesis.process();
      killed.destroyForcibly();
      Eventually.holds("the process has ended", () -> !killed.isAlive());
      stream.s3().fail();
      Eventually.holds(
          "events are accepted again", () -> stream.post(array(ids.subList(10, 20))) == 200);

      stream.awaitStored(ids);
      assertThat(stream.stored().keySet()).hasSize(20);
    }
  }

  @Test
  void otherUsersOfTheMachineReachNothing() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(kinesis.endpoint())
                    .header("Content-Type", "application/x-amz-json-1.1")
                    .header("X-Amz-Target", "Kinesis_20131202.ListStreams")
                    .header("X-Amz-Date", "20260101T000000Z")
                    .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=other-key/20260101/us-east-1/kinesis/"
                            + "aws4_request, SignedHeaders=host, Signature=0")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).doesNotContain("StreamNames");
  }
}
