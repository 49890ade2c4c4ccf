package io.clickstream.ingest;

/**
 * An object to be stored.
 *
 * @param key the full key in the bucket: {@code events/YYYY/MM/DD/HH/event-<uuid>.json} or {@code
 *     batch-<uuid>.ndjson}
 * @param contentType of its body
 * @param body UTF-8
 */
public record RawObject(String key, String contentType, byte[] body) {}
