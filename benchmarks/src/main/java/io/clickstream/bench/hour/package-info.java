/** The half-hourly run on one machine, against a Spark job that does nothing. */
package io.clickstream.bench.hour;
