package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.store.Deadline;
import io.clickstream.ingest.stream.ShardRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamWriterTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Deadline LATER = Deadline.in(Duration.ofMinutes(5));

  private final StoredObjects stored = new StoredObjects();
  private final StreamWriter writer = new StreamWriter(stored, () -> NOON.plusSeconds(9));

  private static ShardRecord line(String shard, int sequence, Instant receivedAt, String id) {
    String line =
        "{\"eventId\":\"" + id + "\",\"_ingest\":{\"receivedAt\":\"" + receivedAt + "\"}}\n";
    return new ShardRecord(shard, "4959" + sequence, NOON, line.getBytes(StandardCharsets.UTF_8));
  }

  private static ShardRecord line(int sequence, Instant receivedAt) {
    return line("shardId-000000000000", sequence, receivedAt, "id-" + sequence);
  }

  @Test
  void aBatchOfOneHourIsOneObjectOfLinesInTheOrderOfTheShard() {
    List<ShardRecord> batch = List.of(line(1, NOON), line(2, NOON), line(3, NOON.plusSeconds(1)));

    StreamWriter.Written written = writer.apply(batch, LATER);

    assertThat(written.retryFrom()).isEmpty();
    assertThat(written.log().delay()).isEqualTo(Duration.ofSeconds(9));
    assertThat(stored.all().keySet())
        .singleElement()
        .asString()
        .matches("events/2026/11/22/12/batch-[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}\\.ndjson");
    assertThat(stored.only().lines()).hasSize(3).isSorted();
  }

  @Test
  void recordsOfTwoHoursAreTwoObjects() {
    Instant before = NOON.minusNanos(1_000);
    writer.apply(List.of(line(1, before), line(2, NOON), line(3, before)), LATER);

    assertThat(stored.all()).hasSize(2);
    Map.Entry<String, String> eleven = stored.all().entrySet().iterator().next();
    assertThat(eleven.getKey()).startsWith("events/2026/11/22/11/batch-");
    assertThat(eleven.getValue()).contains("id-1", "id-3").doesNotContain("id-2");
  }

  @Test
  void aBatchThatIsGivenAgainHasTheSameObjectAndAnotherBatchAnother() {
    List<ShardRecord> batch = List.of(line(1, NOON), line(2, NOON));
    writer.apply(batch, LATER);
    Map<String, String> first = Map.copyOf(stored.all());

    assertThat(writer.apply(batch, LATER).retryFrom()).isEmpty();
    assertThat(stored.all()).isEqualTo(first);

    writer.apply(List.of(line(1, NOON)), LATER);
    writer.apply(List.of(line(2, NOON)), LATER);
    assertThat(stored.all()).as("a halved batch").hasSize(3);
    writer.apply(List.of(line("shardId-000000000001", 1, NOON, "id-9")), LATER);
    assertThat(stored.all()).as("the same number in another shard").hasSize(4);
  }

  @Test
  void aFailedPutIsGivenAgainFromItsFirstRecordAndTheOtherHourIsStored() {
    Instant before = NOON.minusSeconds(1);
    List<ShardRecord> batch = List.of(line(1, before), line(2, NOON), line(3, before));
    stored.failOn("id-2");

    StreamWriter.Written written = writer.apply(batch, LATER);

    assertThat(written.retryFrom()).contains("49592");
    assertThat(written.log().failure()).contains("S3 answered 503");
    assertThat(stored.all()).hasSize(1);
    stored.failOn("id-");
    assertThat(writer.apply(batch, LATER).retryFrom()).as("the least").contains("49591");
    stored.failOn("nothing");
    assertThat(writer.apply(batch.subList(1, 3), LATER).retryFrom()).isEmpty();
    assertThat(String.join("", stored.all().values())).contains("id-1", "id-2", "id-3");
  }

  @Test
  void aRecordWithoutALineFeedAtItsEndDoesNotJoinTheNext() {
    ShardRecord open =
        new ShardRecord(
            "shardId-000000000000", "49591", NOON, "no json".getBytes(StandardCharsets.UTF_8));
    ShardRecord empty = new ShardRecord("shardId-000000000000", "49592", NOON, new byte[0]);

    writer.apply(List.of(open, empty, line(3, NOON)), LATER);

    assertThat(stored.only().lines()).hasSize(2).first().isEqualTo("no json");
  }

  @Test
  void anEmptyBatchIsWritten() {
    assertThat(writer.apply(List.of(), LATER).retryFrom()).isEmpty();
    assertThat(stored.all()).isEmpty();
  }
}
