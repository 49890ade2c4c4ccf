/** An hour costs what the hour holds, not what the warehouse holds. */
package io.clickstream.bench.incremental;
