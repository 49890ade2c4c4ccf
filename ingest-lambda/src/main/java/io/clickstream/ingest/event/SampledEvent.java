package io.clickstream.ingest.event;

/**
 * An event to store.
 *
 * @param metadata the metadata of the event's place in its request
 */
public record SampledEvent(ClientEvent event, IngestMetadata metadata) {}
