package io.clickstream.ingest.store;

import java.net.URI;
import java.util.Optional;

/**
 * The Kinesis data stream of events.
 *
 * @param name the stream's name
 * @param region the region that requests are signed for
 * @param endpoint another Kinesis server; empty for AWS
 */
public record StreamLocation(String name, String region, Optional<URI> endpoint) {}
