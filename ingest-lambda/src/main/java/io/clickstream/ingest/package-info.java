/**
 * {@code clickstream-lambda-ingest}: stores the events of an API Gateway HTTP API request as raw
 * JSON objects on S3.
 *
 * <p>Call order: {@link io.clickstream.ingest.IngestHandler} is what Lambda loads; {@link
 * io.clickstream.ingest.IngestFunction} turns a request into a response and a log line; {@link
 * io.clickstream.ingest.IngestEvents} is the recipe, whose stages are the packages {@code http}
 * (request, checks, response), {@code event} (JSON, sampling, raw objects) and {@code store}
 * (PUTs). Nothing in a stage knows this package.
 *
 * <p>With a stream in front of S3, {@link io.clickstream.ingest.StreamWriterHandler} is the second
 * function, {@code clickstream-lambda-stream-writer}; the package {@code stream} reads its batches.
 */
package io.clickstream.ingest;
