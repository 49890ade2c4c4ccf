/** The form of a log line, which requests and batches share. Depends on no other package. */
package io.clickstream.ingest.log;
