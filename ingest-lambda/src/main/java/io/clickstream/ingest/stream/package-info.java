/**
 * The batches of the stream that Lambda gives to the writer: their records, the hour of a record's
 * reception, the answer, and the log.
 *
 * <p>Of the other packages it uses {@code log} only.
 */
package io.clickstream.ingest.stream;
