/**
 * The ingest function in AWS's runtime interface client, against a Node.js handler that does the
 * same: start to first answer, latency when warm, requests a second, memory.
 */
package io.clickstream.bench.ingest;
