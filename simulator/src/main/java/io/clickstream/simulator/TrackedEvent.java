package io.clickstream.simulator;

import java.util.UUID;

/**
 * An event as the tracker has it, ready to be written as JSON. Immutable, small, and cheaper to
 * keep than its text.
 *
 * @param sessionId the tab's
 * @param eventId null when the client gives none
 * @param occurredAt true time in epoch milliseconds; the client's clock may say something else
 * @param sentAt true time in epoch milliseconds, not before {@code occurredAt}
 * @param userId null for a guest
 * @param referrer null when there is none
 * @param product null when the event has none
 * @param element null when the event has none
 * @param order null when the event has none
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

  /** Another visitor's event of another name under the same event id. */
  TrackedEvent twin(Visitor otherVisitor, String otherName, long time) {
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
