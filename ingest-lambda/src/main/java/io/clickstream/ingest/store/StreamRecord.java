package io.clickstream.ingest.store;

/**
 * A record to put on the stream.
 *
 * @param partitionKey decides the shard: records with the same key keep their order
 * @param data lines of raw events in UTF-8, each with its line feed
 */
public record StreamRecord(String partitionKey, byte[] data) {}
