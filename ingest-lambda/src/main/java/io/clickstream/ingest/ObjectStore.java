package io.clickstream.ingest;

import java.io.IOException;

/** Where raw objects go: write-once keys in one bucket. Safe for use by several threads. */
public interface ObjectStore {

  /**
   * Stores a new object; never replaces one.
   *
   * @param deadline when to give up
   * @throws IOException when it isn't certain that the object is stored; its message names no
   *     payload
   */
  void putNew(RawObject object, Deadline deadline) throws IOException;
}
