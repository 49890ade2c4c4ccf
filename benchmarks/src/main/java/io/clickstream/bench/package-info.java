/** Measures the speed claims of docs/benchmarks.md. */
package io.clickstream.bench;
