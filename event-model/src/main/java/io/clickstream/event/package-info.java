/**
 * The contract between the ingest Lambda, which writes raw objects, and the Spark job, which reads
 * them: keys, event names, limits, ids and the JSON dialect.
 */
package io.clickstream.event;
