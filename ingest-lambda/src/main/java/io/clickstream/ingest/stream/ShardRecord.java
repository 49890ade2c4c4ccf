package io.clickstream.ingest.stream;

import java.time.Instant;

/**
 * A record of the stream.
 *
 * @param shard the id of its shard
 * @param sequenceNumber its place in the shard, a decimal number of up to 60 digits
 * @param arrival the time when the stream received it
 * @param data lines of raw events in UTF-8
 */
public record ShardRecord(String shard, String sequenceNumber, Instant arrival, byte[] data) {}
