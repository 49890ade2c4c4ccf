/**
 * {@code clickstream-lambda-ingest}: an API Gateway HTTP API event in, one raw JSON object on S3
 * out.
 *
 * <p>Data flow: {@link io.clickstream.ingest.IngestHandler} checks route and size, {@link
 * io.clickstream.ingest.RequestBody} decodes, {@link io.clickstream.ingest.ClientEvent} checks the
 * JSON and puts {@code _ingest} in, {@link io.clickstream.ingest.ObjectStore} stores.
 */
package io.clickstream.ingest;
