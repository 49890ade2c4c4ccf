package io.clickstream.infra;

/** A stack that is created on request only. */
public enum OptionalStack {
  /** A Kinesis data stream between the ingest function and the raw bucket. */
  STREAM,
  /** The job that packs raw events. */
  PACKS,
  /** The database of the shop. */
  OLTP,
  /** The users of the shop, in Cognito. */
  AUTH,
  /** The pages of the shop, on Amplify. */
  WEB,
  /** CloudFront and a web application firewall in front of the HTTP API. */
  EDGE;

  static OptionalStack named(String name) {
    return switch (name) {
      case "stream" -> STREAM;
      case "packs" -> PACKS;
      case "oltp" -> OLTP;
      case "auth" -> AUTH;
      case "web" -> WEB;
      case "edge" -> EDGE;
      default ->
          throw new IllegalArgumentException(
              "Cannot use --with "
                  + name
                  + ": the optional stacks are stream, packs, oltp, auth, web and edge.");
    };
  }
}
