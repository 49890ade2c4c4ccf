package io.clickstream.ingest;

import java.util.Locale;

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
    NOT_AN_OBJECT(400, "The body is not a JSON object."),
    EMPTY_OBJECT(400, "The JSON object has no field."),
    NOT_FOUND(404, "There is no such route."),
    METHOD_NOT_ALLOWED(405, "The route takes POST only."),
    BODY_TOO_LARGE(413, "The body is too large."),
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

    String message() {
      return message;
    }
  }

  private final Reason reason;

  Refusal(Reason reason) {
    super(reason.message(), null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
