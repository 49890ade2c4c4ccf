/** A backfill on a standalone cluster: two workers against one. */
package io.clickstream.bench.scale;
