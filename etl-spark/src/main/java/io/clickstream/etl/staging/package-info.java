/** Staging: the tables of a slice, and binary COPY from Spark into them and back. */
package io.clickstream.etl.staging;
