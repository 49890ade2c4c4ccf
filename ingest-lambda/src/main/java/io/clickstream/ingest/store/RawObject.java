package io.clickstream.ingest.store;

/**
 * An object to store.
 *
 * @param key the full key in the bucket, {@code events/YYYY/MM/DD/HH/event-<uuid>.json} or {@code
 *     events/YYYY/MM/DD/HH/batch-<uuid>.ndjson}
 * @param contentType the media type of the body
 * @param body UTF-8
 */
public record RawObject(String key, String contentType, byte[] body) {}
