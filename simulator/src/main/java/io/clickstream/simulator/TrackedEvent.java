package io.clickstream.simulator;

import java.util.UUID;

/**
 * An event of the tracker before it is written as JSON. It takes less memory than its text.
 *
 * @param sessionId the session id of the tab
 * @param eventId the event id, or null
 * @param occurredAt the true time in epoch milliseconds; the client's clock may differ
 * @param sentAt the true time in epoch milliseconds, not before {@code occurredAt}
 * @param userId the user id, or null for a guest
 * @param referrer the referrer, or null
 * @param product the product, or null
 * @param element the clicked element, or null
 * @param order the order, or null
 * @param more further members as JSON text, or null
 */
record TrackedEvent(
    Visitor visitor,
    String sessionId,
    boolean firstVisit,
    String name,
    UUID eventId,
    long occurredAt,
    long sentAt,
    String userId,
    String pageUrl,
    String pageTitle,
    String referrer,
    Product product,
    Element element,
    Order order,
    String more) {

  TrackedEvent sentAt(long time) {
    return new TrackedEvent(
        visitor,
        sessionId,
        firstVisit,
        name,
        eventId,
        occurredAt,
        time,
        userId,
        pageUrl,
        pageTitle,
        referrer,
        product,
        element,
        order,
        more);
  }

  TrackedEvent withoutId() {
    return new TrackedEvent(
        visitor,
        sessionId,
        firstVisit,
        name,
        null,
        occurredAt,
        sentAt,
        userId,
        pageUrl,
        pageTitle,
        referrer,
        product,
        element,
        order,
        more);
  }

  /** Returns an event with the same event id, but with another visitor and event name. */
  TrackedEvent conflicting(Visitor otherVisitor, String otherName, long time) {
    return new TrackedEvent(
        otherVisitor,
        sessionId,
        firstVisit,
        otherName,
        eventId,
        time,
        time,
        null,
        pageUrl,
        pageTitle,
        referrer,
        null,
        null,
        null,
        null);
  }
}
