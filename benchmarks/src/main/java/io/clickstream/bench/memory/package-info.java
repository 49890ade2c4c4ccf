/** The job's memory does not grow with the hour. */
package io.clickstream.bench.memory;
