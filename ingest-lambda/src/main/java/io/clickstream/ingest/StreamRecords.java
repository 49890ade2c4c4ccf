package io.clickstream.ingest;

import io.clickstream.event.NameBasedUuid;
import io.clickstream.ingest.event.SampledEvent;
import io.clickstream.ingest.store.StreamRecord;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes the events of a request as records of the stream: one record per visitor, with a line per
 * event. Kinesis bills a record of up to 25 KB like one of a single event.
 */
final class StreamRecords {

  /**
   * Greatest size of a record with several lines. A shard accepts one megabyte per second, and
   * Kinesis one megabyte per record; a single line is shorter than that.
   */
  private static final int RECORD_BYTES = 512 << 10;

  /** Namespace of partition keys. A key has 36 characters, however long the visitor's id is. */
  private static final UUID VISITOR = NameBasedUuid.of(NameBasedUuid.BASE, "stream-partition");

  private StreamRecords() {}

  /**
   * Returns the records of events that have an event id each.
   *
   * @param sample the events in the order of the request, which a record keeps
   */
  static List<StreamRecord> of(List<SampledEvent> sample) {
    Map<String, ByteArrayOutputStream> open = new LinkedHashMap<>();
    List<StreamRecord> records = new ArrayList<>();
    for (SampledEvent item : sample) {
      String key = partitionKey(item);
      byte[] line = item.event().rawLine(item.metadata());
      ByteArrayOutputStream lines = open.computeIfAbsent(key, none -> new ByteArrayOutputStream());
      if (lines.size() > 0 && lines.size() + line.length > RECORD_BYTES) {
        records.add(new StreamRecord(key, lines.toByteArray()));
        lines.reset();
      }
      lines.writeBytes(line);
    }
    open.forEach((key, lines) -> records.add(new StreamRecord(key, lines.toByteArray())));
    return records;
  }

  /** Returns the key of the client; without a client id, that of the user, session or event. */
  private static String partitionKey(SampledEvent item) {
    return NameBasedUuid.of(VISITOR, item.event().visitor().orElseThrow()).toString();
  }
}
