/** Stage 3: the query that keeps one of several records with one event id. */
package io.clickstream.etl.dedupe;
