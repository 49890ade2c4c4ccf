package io.clickstream.ingest.http;

import io.clickstream.event.Limits;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Thrown for a request that the function does not accept. It has the status, code and message of
 * the response, but no stack trace and no part of the payload.
 */
public final class RequestRejectedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The reasons for a rejection. Messages need no JSON escapes. */
  public enum Reason {
    EMPTY_BODY(
        400, "Cannot read the body: it is empty. Send a JSON object or an array of JSON objects."),
    INVALID_BASE64(
        400, "Cannot decode the body: it is marked as base64 but is not. Send valid base64."),
    INVALID_ENCODING(400, "Cannot decode the body: it is not UTF-8. Send JSON in UTF-8."),
    INVALID_JSON(400, "Cannot parse the body: it is not JSON (RFC 8259). Send one JSON value."),
    JSON_TOO_COMPLEX(
        400,
        "Cannot parse the body: its JSON nests deeper than "
            + Limits.JSON_DEPTH
            + " levels or has a name that is too long. Send a flatter event with shorter names."),
    NOT_AN_OBJECT(
        400,
        "Cannot store the body: an event is not a JSON object."
            + " Send a JSON object or an array of JSON objects."),
    EMPTY_OBJECT(
        400,
        "Cannot store the event: it has no field. Send a JSON object with at least one field."),
    EVENT_NAME_TOO_LONG(
        400,
        "Cannot store the event: its name has more than "
            + Limits.EVENT_NAME_BYTES
            + " bytes. Send a shorter eventName."),
    EMPTY_ARRAY(400, "Cannot store the array: it has no event. Send at least one event."),
    ARRAY_TOO_LONG(
        400,
        "Cannot store the array: it has more than "
            + Limits.BATCH_EVENTS
            + " events. Send them in several requests."),
    MISSING_EVENT_ID(
        400,
        "Cannot store the array: an event has no usable eventId. Give each event its own eventId."),
    FORBIDDEN(
        403,
        "Cannot accept the request: the required key or signature is missing or wrong."
            + " Send x-api-key or x-signature as agreed with the operator."),
    NOT_FOUND(404, "Cannot find the route. Send events to POST /clickstream."),
    METHOD_NOT_ALLOWED(405, "Cannot use this method: the route accepts POST only. Use POST."),
    BODY_TOO_LARGE(
        413,
        "Cannot accept the body: it has more than "
            + Limits.BODY_BYTES
            + " bytes. Send fewer events per request."),
    UNSUPPORTED_MEDIA_TYPE(
        415,
        "Cannot accept the content type: it is not a JSON type."
            + " Send application/json or text/plain."),
    UNSUPPORTED_ENCODING(
        415,
        "Cannot accept the content encoding: the body is compressed."
            + " Send the body without a content encoding."),
    TOO_MANY_REQUESTS(
        429,
        "Cannot accept the request: the address sends too many events."
            + " Retry after the time in Retry-After."),
    NOT_CONFIGURED(
        500,
        "Cannot store events: the function is not configured. Ask the operator to read its log."),
    INTERNAL(500, "Cannot store the request: internal error. Ask the operator to read the log."),
    STORAGE_UNAVAILABLE(
        503,
        "Cannot confirm that the events are stored: the storage failed. Retry the same request.");

    private final int status;
    private final String message;

    Reason(int status, String message) {
      this.status = status;
      this.message = message;
    }

    /** Returns the HTTP status. */
    public int status() {
      return status;
    }

    /** Returns the response's {@code error}: the constant's name in lower case. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    private String message() {
      return message;
    }
  }

  private static final int NO_ITEM = -1;

  private final Reason reason;
  private final int item;
  private final transient Duration retryAfter;

  private RequestRejectedException(Reason reason, int item, Duration retryAfter) {
    super(reason.message(), null, false, false);
    this.reason = reason;
    this.item = item;
    this.retryAfter = retryAfter;
  }

  /** Creates a rejection of the whole request. */
  public RequestRejectedException(Reason reason) {
    this(reason, NO_ITEM, null);
  }

  /**
   * Returns a rejection because of one event of an array.
   *
   * @param item the event's index, from 0
   */
  public static RequestRejectedException ofItem(Reason reason, int item) {
    return new RequestRejectedException(reason, item, null);
  }

  /** Returns a rejection that the caller may retry after a time. */
  public static RequestRejectedException retryable(Reason reason, Duration retryAfter) {
    return new RequestRejectedException(reason, NO_ITEM, retryAfter);
  }

  /** Returns the reason. */
  public Reason reason() {
    return reason;
  }

  /** Returns the message for the caller; for a rejection because of an item, with its index. */
  public String message() {
    return item == NO_ITEM ? reason.message() : reason.message() + " See index " + item + ".";
  }

  /** Returns the time after which the caller may retry. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
