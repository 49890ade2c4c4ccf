package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;

/**
 * A raw object in a listing, or in the keys of a pack.
 *
 * @param key its key
 * @param size in bytes; an estimate if it is in a pack
 * @param lastModifiedMillis since 1970-01-01T00:00:00Z; 0 if it is in a pack, which is read later
 */
public record ListedObject(RawKey key, long size, long lastModifiedMillis) implements Serializable {

  /** Mean size of a record in a batch object, whose records are only counted when it is read. */
  private static final long BYTES_PER_RECORD = 700;

  /** Mean size of a record in a batch object of short events: click streams had 490 bytes. */
  private static final long LEAST_BYTES_PER_RECORD = 400;

  /** Returns an estimate of the number of records in the object. */
  public long estimatedRecords() {
    return records(BYTES_PER_RECORD);
  }

  /** Returns a high estimate of the number of records in the object. */
  public long mostRecords() {
    return records(LEAST_BYTES_PER_RECORD);
  }

  private long records(long bytesPerRecord) {
    return key.kind() == RawKey.Kind.BATCH ? 1 + size / bytesPerRecord : 1;
  }

  long lastModifiedMicros() {
    return TimeUnit.MILLISECONDS.toMicros(lastModifiedMillis);
  }
}
