package io.clickstream.etl.source;

/**
 * A row of a pack.
 *
 * @param key path of the object below the raw root; null if the row has none
 * @param lastModifiedMicros since 1970-01-01T00:00:00Z; null if the row has none
 * @param body all bytes of the object; null if the row has none
 */
record PackedObject(String key, Long lastModifiedMicros, byte[] body) {}
