package io.clickstream.ingest.store;

import java.io.IOException;

/** A bucket of raw objects with write-once keys. Safe for use by several threads. */
@FunctionalInterface
public interface ObjectStore {

  /**
   * Stores a new object and never replaces one. A repeatable object that exists is stored.
   *
   * @param deadline the time at which to give up
   * @throws IOException when it is not certain that the object is stored; the message holds no part
   *     of the payload
   */
  void putNew(RawObject object, Deadline deadline) throws IOException;
}
