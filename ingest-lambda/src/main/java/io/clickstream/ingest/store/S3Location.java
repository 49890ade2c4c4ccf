package io.clickstream.ingest.store;

import java.net.URI;
import java.util.Optional;

/**
 * The bucket of the raw objects.
 *
 * @param bucket the bucket's name
 * @param region the region that requests are signed for
 * @param endpoint another S3 server, addressed path-style; empty for AWS
 */
public record S3Location(String bucket, String region, Optional<URI> endpoint) {}
