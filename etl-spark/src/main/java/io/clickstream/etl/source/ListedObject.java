package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.Serializable;

/**
 * A raw object as a listing shows it.
 *
 * @param key what it is called
 * @param size in bytes
 * @param lastModifiedMillis since 1970-01-01T00:00:00Z
 */
public record ListedObject(RawKey key, long size, long lastModifiedMillis) implements Serializable {

  /**
   * About what an event takes in a batch object: how many there are is known after reading only.
   */
  private static final long BYTES_PER_RECORD = 700;

  /** About how many records it holds. */
  public long estimatedRecords() {
    return key.kind() == RawKey.Kind.EVENT ? 1 : 1 + size / BYTES_PER_RECORD;
  }
}
