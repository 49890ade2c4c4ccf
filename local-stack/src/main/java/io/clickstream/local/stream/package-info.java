/**
 * The event source mapping between a Kinesis data stream and a Lambda function on one machine, with
 * the rules of AWS: batch window, retries, halved batches, partial responses, age of records.
 */
package io.clickstream.local.stream;
