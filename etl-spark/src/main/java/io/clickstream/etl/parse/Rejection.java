package io.clickstream.etl.parse;

/** The reasons to reject a record. Their codes are stored and documented, so they never change. */
public enum Rejection {
  /** No bytes, or only blanks. */
  EMPTY("empty"),
  INVALID_UTF8("invalid_utf8"),
  /** Not JSON by RFC 8259. */
  INVALID_JSON("invalid_json"),
  /** The JSON value is followed by other text. */
  TRAILING_CONTENT("trailing_content"),
  /** A JSON array or scalar. */
  NOT_AN_OBJECT("not_an_object"),
  /** {@code {}}. */
  EMPTY_OBJECT("empty_object"),
  /** A file that is named like a pack and is not one. */
  NOT_A_PACK("not_a_pack"),
  /** The event's name has too many bytes. */
  EVENT_NAME_TOO_LONG("event_name_too_long"),
  TOO_DEEP("too_deep"),
  TOO_LARGE("too_large");

  private final String code;

  Rejection(String code) {
    this.code = code;
  }

  /** Returns the reason code in {@code rejected_records}. */
  public String code() {
    return code;
  }
}
