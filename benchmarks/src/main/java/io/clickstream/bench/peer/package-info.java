/** What several benchmarks' peers share. */
package io.clickstream.bench.peer;
