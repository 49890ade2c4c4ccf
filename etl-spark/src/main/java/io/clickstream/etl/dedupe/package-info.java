/** Resolves duplicates: decides which of several records with one event id becomes the event. */
package io.clickstream.etl.dedupe;
