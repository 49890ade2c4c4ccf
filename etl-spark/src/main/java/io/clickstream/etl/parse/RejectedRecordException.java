package io.clickstream.etl.parse;

/** Thrown for a record that is not a non-empty JSON object. The message names fault and place. */
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
