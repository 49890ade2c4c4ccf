package io.clickstream.ingest.http;

import java.util.Locale;
import java.util.Set;

/** Checks that a request declares a body that can be read as JSON. */
public final class ContentTypeCheck {

  /**
   * {@code navigator.sendBeacon} sends {@code text/plain}, which needs no preflight. {@code
   * application/octet-stream} and a missing type leave the type open, so both are accepted.
   */
  private static final Set<String> ACCEPTED =
      Set.of("", "application/json", "text/json", "text/plain", "application/octet-stream");

  private static final String JSON_SUFFIX = "+json";
  private static final String NOT_ENCODED = "identity";

  private ContentTypeCheck() {}

  /**
   * Checks the headers {@code Content-Type} and {@code Content-Encoding}.
   *
   * @throws RequestRejectedException when the type is not a JSON type, or the body is compressed
   */
  public static void require(GatewayRequest request) throws RequestRejectedException {
    String type = firstValue(request.header("content-type"));
    if (!ACCEPTED.contains(type) && !type.endsWith(JSON_SUFFIX)) {
      throw new RequestRejectedException(RequestRejectedException.Reason.UNSUPPORTED_MEDIA_TYPE);
    }
    String encoding = firstValue(request.header("content-encoding"));
    if (!encoding.isEmpty() && !encoding.equals(NOT_ENCODED)) {
      throw new RequestRejectedException(RequestRejectedException.Reason.UNSUPPORTED_ENCODING);
    }
  }

  /** Returns the first value of a header in lower case, without parameters. */
  private static String firstValue(String header) {
    return header == null ? "" : header.split("[;,]", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
