/**
 * The whole job, process start to exit, against a DuckDB program that does the same work and
 * against the Node.js program that it replaces.
 */
package io.clickstream.bench.job;
