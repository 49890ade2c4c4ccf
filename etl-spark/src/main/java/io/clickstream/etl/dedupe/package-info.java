/** Stage 3: one row an event, the winner decided by content. */
package io.clickstream.etl.dedupe;
