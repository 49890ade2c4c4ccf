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
public record ListedObject(RawKey key, long size, long lastModifiedMillis)
    implements Serializable {}
