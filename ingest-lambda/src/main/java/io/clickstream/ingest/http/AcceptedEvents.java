package io.clickstream.ingest.http;

/**
 * The result of an accepted request.
 *
 * @param stored the number of events that are stored
 * @param sampledOut the number of events that sampling left out
 * @param batch true when the events came in an array
 */
public record AcceptedEvents(int stored, int sampledOut, boolean batch) {}
