/**
 * The HTTP side of the function: the gateway's request and response, the checks that need no JSON
 * (authentication, content type, size, encoding, rate) and the request log.
 *
 * <p>Of the other packages it uses {@code log} only.
 */
package io.clickstream.ingest.http;
