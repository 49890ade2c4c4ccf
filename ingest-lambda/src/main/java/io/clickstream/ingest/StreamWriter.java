package io.clickstream.ingest;

import io.clickstream.event.NameBasedUuid;
import io.clickstream.event.RawKey;
import io.clickstream.ingest.store.Deadline;
import io.clickstream.ingest.store.ObjectStore;
import io.clickstream.ingest.store.RawObject;
import io.clickstream.ingest.stream.ReceptionHour;
import io.clickstream.ingest.stream.ShardRecord;
import io.clickstream.ingest.stream.WriterLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes a batch of the stream to S3: one object of lines per hour of reception.
 *
 * <p>The id of an object derives from its shard and from the sequence numbers of its first and last
 * record. These determine the lines: they are the records of this hour between the two. So a batch
 * that Lambda gives again has the same objects, and S3 keeps the first of each. A batch that is
 * split differently has other objects with the same events, which the job recognizes by their ids.
 */
final class StreamWriter {

  private static final String LINES = "application/x-ndjson";

  /** Namespace of the ids of the objects. */
  private static final UUID OBJECT = NameBasedUuid.of(NameBasedUuid.BASE, "stream-object");

  private final ObjectStore store;
  private final InstantSource clock;

  /**
   * @param store receives the objects
   * @param clock gives the time for the delay in the log
   */
  StreamWriter(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * The result of a batch.
   *
   * @param retryFrom the sequence number from which Lambda shall give the batch again; empty if all
   *     records are stored
   */
  record Written(Optional<String> retryFrom, WriterLog.Result log) {}

  /** The shard and the hour of an object. */
  private record Group(String shard, Instant hour) {}

  /**
   * Stores the records of a batch.
   *
   * @param records the records in the order of the shard
   */
  Written apply(List<ShardRecord> records, Deadline deadline) {
    long start = System.nanoTime();
    int stored = 0;
    Optional<String> retryFrom = Optional.empty();
    String failure = null;
    for (Map.Entry<Group, List<ShardRecord>> group : groups(records).entrySet()) {
      try {
        store.putNew(object(group.getKey(), group.getValue()), deadline);
        stored++;
      } catch (IOException e) {
        // Groups are in the order of their first records, so the first failure has the least one.
        if (retryFrom.isEmpty()) {
          retryFrom = Optional.of(group.getValue().get(0).sequenceNumber());
          failure = e.getMessage();
        }
      }
    }
    return new Written(
        retryFrom,
        new WriterLog.Result(
            records.size(),
            stored,
            failure,
            Duration.ofNanos(System.nanoTime() - start),
            delay(records)));
  }

  private static Map<Group, List<ShardRecord>> groups(List<ShardRecord> records) {
    Map<Group, List<ShardRecord>> groups = new LinkedHashMap<>();
    for (ShardRecord item : records) {
      groups
          .computeIfAbsent(
              new Group(item.shard(), ReceptionHour.of(item)), group -> new ArrayList<>())
          .add(item);
    }
    return groups;
  }

  private static RawObject object(Group group, List<ShardRecord> records) {
    String first = records.get(0).sequenceNumber();
    String last = records.get(records.size() - 1).sequenceNumber();
    UUID id = NameBasedUuid.of(OBJECT, group.shard() + "\n" + first + "\n" + last);
    RawKey key = new RawKey(group.hour(), RawKey.Kind.BATCH, id);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (ShardRecord item : records) {
      lines.writeBytes(item.data());
      int length = item.data().length;
      if (length > 0 && item.data()[length - 1] != '\n') {
        lines.write('\n');
      }
    }
    return new RawObject(RawKey.ROOT + "/" + key.relative(), LINES, lines.toByteArray(), true);
  }

  private Duration delay(List<ShardRecord> records) {
    Instant now = clock.instant();
    return records.stream()
        .map(item -> Duration.between(item.arrival(), now))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }
}
