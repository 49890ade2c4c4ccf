package io.clickstream.ingest;

import java.util.Locale;
import java.util.Set;

/** Which kinds of bodies are read as JSON. */
final class MediaType {

  /**
   * {@code text/plain} is what beacons send without a preflight. {@code application/octet-stream}
   * says as much as no type at all, which is accepted too.
   */
  private static final Set<String> ACCEPTED =
      Set.of("", "application/json", "text/json", "text/plain", "application/octet-stream");

  private static final String JSON_SUFFIX = "+json";
  private static final String NOT_ENCODED = "identity";

  private MediaType() {}

  /**
   * Checks what a request says about its body.
   *
   * @throws Refusal when that is no JSON, or a compressed one
   */
  static void require(GatewayRequest request) throws Refusal {
    String type = firstOf(request.header("content-type"));
    if (!ACCEPTED.contains(type) && !type.endsWith(JSON_SUFFIX)) {
      throw new Refusal(Refusal.Reason.UNSUPPORTED_MEDIA_TYPE);
    }
    String encoding = firstOf(request.header("content-encoding"));
    if (!encoding.isEmpty() && !encoding.equals(NOT_ENCODED)) {
      throw new Refusal(Refusal.Reason.UNSUPPORTED_ENCODING);
    }
  }

  /** Without parameters; of a repeated header the first. */
  private static String firstOf(String header) {
    return header == null ? "" : header.split("[;,]", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
