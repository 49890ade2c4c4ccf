/**
 * The frame of the benchmarks: a {@link io.clickstream.bench.Benchmark} measures, and its {@link
 * io.clickstream.bench.Target}s show whether a claim holds. Each benchmark has its own package.
 */
package io.clickstream.bench;
