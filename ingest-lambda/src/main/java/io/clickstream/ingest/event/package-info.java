/**
 * The events of a request body: parsed as strict JSON, sampled by visitor, and written as raw
 * objects with the server's {@code _ingest} block.
 *
 * <p>Pure: text in, bytes out. Depends on {@code http} only.
 */
package io.clickstream.ingest.event;
