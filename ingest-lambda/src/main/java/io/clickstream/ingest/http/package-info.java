/**
 * The HTTP side of the function: the gateway's request and response, the checks that need no JSON
 * (authentication, content type, size, encoding, rate) and the request log.
 *
 * <p>Depends on no other package of the function.
 */
package io.clickstream.ingest.http;
