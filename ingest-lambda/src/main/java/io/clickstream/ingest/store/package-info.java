/**
 * The raw objects on S3: write-once keys, conditional PUTs with retries until a deadline, and
 * several PUTs in parallel for a batch. The records of the stream in front of S3.
 *
 * <p>Depends on no other package of the function.
 */
package io.clickstream.ingest.store;
