package io.clickstream.infra;

/** What a deployment can do without. */
public enum OptionalStack {
  /** The shop's own database. */
  OLTP,
  /** The shop's users, in Cognito. */
  AUTH,
  /** The shop's pages, on Amplify. */
  WEB;

  static OptionalStack named(String name) {
    return switch (name) {
      case "oltp" -> OLTP;
      case "auth" -> AUTH;
      case "web" -> WEB;
      default ->
          throw new IllegalArgumentException(
              "synth: --with knows oltp, auth and web, not '" + name + "'");
    };
  }
}
