package io.clickstream.local.stream;

import java.time.Instant;

/**
 * A record that was read from a shard.
 *
 * @param data the data in base64, as the server sends it
 */
record ReadRecord(String sequenceNumber, String partitionKey, Instant arrival, String data) {}
