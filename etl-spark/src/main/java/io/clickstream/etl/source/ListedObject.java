package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.Serializable;

/**
 * A raw object in a listing.
 *
 * @param key its key
 * @param size in bytes
 * @param lastModifiedMillis since 1970-01-01T00:00:00Z
 */
public record ListedObject(RawKey key, long size, long lastModifiedMillis) implements Serializable {

  /** Mean size of a record in a batch object, whose records are only counted when it is read. */
  private static final long BYTES_PER_RECORD = 700;

  /** Returns an estimate of the number of records in the object. */
  public long estimatedRecords() {
    return key.kind() == RawKey.Kind.EVENT ? 1 : 1 + size / BYTES_PER_RECORD;
  }
}
