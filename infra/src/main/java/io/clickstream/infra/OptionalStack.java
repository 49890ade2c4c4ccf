package io.clickstream.infra;

/** A stack that is created on request only. */
public enum OptionalStack {
  /** The database of the shop. */
  OLTP,
  /** The users of the shop, in Cognito. */
  AUTH,
  /** The pages of the shop, on Amplify. */
  WEB;

  static OptionalStack named(String name) {
    return switch (name) {
      case "oltp" -> OLTP;
      case "auth" -> AUTH;
      case "web" -> WEB;
      default ->
          throw new IllegalArgumentException(
              "Cannot use --with " + name + ": the optional stacks are oltp, auth and web.");
    };
  }
}
