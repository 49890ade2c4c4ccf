package io.clickstream.ingest.store;

/**
 * An object to store.
 *
 * @param key the full key in the bucket, {@code events/YYYY/MM/DD/HH/event-<uuid>.json} or {@code
 *     events/YYYY/MM/DD/HH/batch-<uuid>.ndjson}
 * @param contentType the media type of the body
 * @param body UTF-8
 * @param repeatable whether the key derives from the request, so that an object that exists under
 *     it was stored for the same request; otherwise the key is new
 */
public record RawObject(String key, String contentType, byte[] body, boolean repeatable) {

  /** Creates an object with a new key. */
  public RawObject(String key, String contentType, byte[] body) {
    this(key, contentType, body, false);
  }
}
