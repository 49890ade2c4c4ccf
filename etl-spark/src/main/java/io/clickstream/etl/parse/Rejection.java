package io.clickstream.etl.parse;

/** Why a record is no event. The text of a reason is stored and documented: it never changes. */
public enum Rejection {
  /** No byte, or only blanks. */
  EMPTY("empty"),
  INVALID_UTF8("invalid_utf8"),
  /** Not JSON as RFC 8259 has it. */
  INVALID_JSON("invalid_json"),
  /** Something stands after the JSON value. */
  TRAILING_CONTENT("trailing_content"),
  /** JSON, but an array or a scalar. */
  NOT_AN_OBJECT("not_an_object"),
  /** {@code {}}. */
  EMPTY_OBJECT("empty_object"),
  TOO_DEEP("too_deep"),
  TOO_LARGE("too_large");

  private final String code;

  Rejection(String code) {
    this.code = code;
  }

  /** The reason code in {@code rejected_records}. */
  public String code() {
    return code;
  }
}
