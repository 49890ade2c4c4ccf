package io.clickstream.etl.source;

import io.clickstream.event.RawKey;
import java.io.Serializable;

/**
 * A pack: a Parquet file with event and batch objects of one hour.
 *
 * @param key its own key
 * @param size in bytes
 * @param tail its last bytes, with the whole footer; with them a task reads a row group by one
 *     request
 * @param rowGroupBytes size of its largest row group as stored; 0 while it is not known
 */
record Pack(RawKey key, long size, byte[] tail, long rowGroupBytes) implements Serializable {

  private static final long serialVersionUID = 1L;

  Pack withRowGroupBytes(long bytes) {
    return new Pack(key, size, tail, bytes);
  }

  @Override
  public String toString() {
    return key.relative();
  }
}
