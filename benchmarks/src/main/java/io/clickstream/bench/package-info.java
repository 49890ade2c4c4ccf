/**
 * The frame of the benchmarks: a {@link io.clickstream.bench.Benchmark} measures, its {@link
 * io.clickstream.bench.Bar}s say whether a claim holds. Each benchmark has a package of its own.
 */
package io.clickstream.bench;
