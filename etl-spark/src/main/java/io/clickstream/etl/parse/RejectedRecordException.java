package io.clickstream.etl.parse;

/** A record that is no non-empty JSON object. The message says what and where. */
final class RejectedRecordException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Rejection reason;

  RejectedRecordException(Rejection reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Rejection reason() {
    return reason;
  }
}
