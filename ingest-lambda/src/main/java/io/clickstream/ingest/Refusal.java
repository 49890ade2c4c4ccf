package io.clickstream.ingest;

import io.clickstream.event.Limits;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A request that is not accepted, as the caller is told. Carries no stack trace and nothing of the
 * payload.
 */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why, with its HTTP status and a text for people. */
  enum Reason {
    EMPTY_BODY(400, "The request has no body."),
    INVALID_BASE64(400, "The body is marked as base64 and is not."),
    INVALID_ENCODING(400, "The body is not UTF-8."),
    INVALID_JSON(400, "The body is not JSON as RFC 8259 has it."),
    JSON_TOO_COMPLEX(400, "The JSON is nested too deeply, or a name in it is too long."),
    NOT_AN_OBJECT(400, "The body is not a JSON object or an array of JSON objects."),
    EMPTY_OBJECT(400, "The JSON object has no field."),
    EMPTY_ARRAY(400, "The array has no event."),
    ARRAY_TOO_LONG(400, "The array has more than " + Limits.BATCH_EVENTS + " events."),
    MISSING_EVENT_ID(400, "Each event of an array needs an eventId."),
    FORBIDDEN(403, "The request lacks the key or the signature that is asked for."),
    NOT_FOUND(404, "There is no such route."),
    METHOD_NOT_ALLOWED(405, "The route takes POST only."),
    BODY_TOO_LARGE(413, "The body has more than " + Limits.BODY_BYTES + " bytes."),
    UNSUPPORTED_MEDIA_TYPE(415, "Send JSON, as application/json or text/plain."),
    UNSUPPORTED_ENCODING(415, "Send the body without a content encoding."),
    TOO_MANY_REQUESTS(429, "Too many events; send them again later."),
    NOT_CONFIGURED(500, "The service is not configured."),
    INTERNAL(500, "The service failed."),
    STORAGE_UNAVAILABLE(503, "The event could not be stored; send it again.");

    private final int status;
    private final String message;

    Reason(int status, String message) {
      this.status = status;
      this.message = message;
    }

    int status() {
      return status;
    }

    /** The code in the answer's {@code error}: the name in lower case. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Without a character that JSON would escape. */
    String message() {
      return message;
    }
  }

  private final Reason reason;
  private final int item;
  private final transient Duration retryAfter;

  private Refusal(Reason reason, int item, Duration retryAfter) {
    super(reason.message(), null, false, false);
    this.reason = reason;
    this.item = item;
    this.retryAfter = retryAfter;
  }

  Refusal(Reason reason) {
    this(reason, -1, null);
  }

  /** Because of one event of an array. */
  static Refusal ofItem(Reason reason, int item) {
    return new Refusal(reason, item, null);
  }

  /** For now only. */
  static Refusal until(Reason reason, Duration retryAfter) {
    return new Refusal(reason, -1, retryAfter);
  }

  Reason reason() {
    return reason;
  }

  /** For people; names the place in an array, from 0. */
  String message() {
    return item < 0 ? reason.message() : reason.message() + " See the one at index " + item + ".";
  }

  /** When to try again. */
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
