/**
 * The contract between the writer of raw objects (the ingest Lambda) and their reader (the Spark
 * job): key, names, limits, ids and the JSON dialect.
 */
package io.clickstream.event;
