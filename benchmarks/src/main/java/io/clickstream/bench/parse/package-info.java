/** CPU time of an event: the job's parser against Spark's {@code from_json}. */
package io.clickstream.bench.parse;
