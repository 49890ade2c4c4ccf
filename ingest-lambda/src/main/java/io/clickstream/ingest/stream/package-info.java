/**
 * The batches of the stream that Lambda gives to the writer: their records, the hour of a record's
 * reception, the answer, and the log.
 *
 * <p>Depends on no other package of the function.
 */
package io.clickstream.ingest.stream;
