package io.clickstream.ingest;

import java.io.IOException;

/** Where raw objects go: write-once keys in one bucket. */
public interface ObjectStore {

  /**
   * Stores a new JSON object; never replaces one.
   *
   * @param key the full key in the bucket: {@code events/YYYY/MM/DD/HH/event-<uuid>.json}
   * @param body UTF-8 bytes of the JSON
   * @throws IOException when it isn't certain that the object is stored; its message names no
   *     payload
   */
  void putNew(String key, byte[] body) throws IOException;
}
