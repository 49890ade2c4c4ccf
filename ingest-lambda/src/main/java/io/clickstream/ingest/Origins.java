package io.clickstream.ingest;

import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pages' scripts may read the answers (CORS). Credentials are never allowed, so {@code *} is
 * safe, if wide. On AWS the HTTP API answers in the function's place and its own settings count;
 * both take the same list.
 *
 * @param allowed origins in lower case, or {@code *} alone; none for no page of another origin
 */
record Origins(Set<String> allowed) {

  /** No page of another origin. */
  static final Origins NONE = new Origins(Set.of());

  private static final String ANY = "*";

  /** Of what a preflight allows; Chromium forgets sooner. */
  private static final String MAX_AGE_SECONDS = "7200";

  Origins {
    allowed = Set.copyOf(allowed);
  }

  /**
   * Reads a list.
   *
   * @param list origins such as {@code https://shop.example}, separated by commas; or {@code *}
   * @throws IllegalArgumentException when one is no origin
   */
  static Origins parse(String list) {
    return new Origins(
        Arrays.stream(list.split(","))
            .map(String::strip)
            .filter(origin -> !origin.isEmpty())
            .map(Origins::checked)
            .collect(Collectors.toSet()));
  }

  private static String checked(String text) {
    if (text.equals(ANY)) {
      return ANY;
    }
    String origin = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    URI uri;
    try {
      uri = URI.create(origin);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is no origin", e);
    }
    boolean web =
        "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
    if (!web
        || uri.getHost() == null
        || !origin.equals(uri.getScheme() + "://" + uri.getAuthority())) {
      throw new IllegalArgumentException(
          "'" + text + "' is no origin such as https://shop.example");
    }
    return origin.toLowerCase(Locale.ROOT);
  }

  /** The headers of an answer to a request. */
  Map<String, String> headers(GatewayRequest request) {
    String origin = request.header("origin");
    if (origin == null || allowed.isEmpty()) {
      return Map.of();
    }
    if (allowed.contains(ANY)) {
      return Map.of(
          "access-control-allow-origin", ANY, "access-control-expose-headers", "retry-after");
    }
    if (!allowed.contains(origin.toLowerCase(Locale.ROOT))) {
      return Map.of("vary", "origin");
    }
    return Map.of(
        "access-control-allow-origin",
        origin,
        "access-control-expose-headers",
        "retry-after",
        "vary",
        "origin");
  }

  /** The same for a preflight's, which also tell what may be sent. */
  Map<String, String> preflightHeaders(GatewayRequest request) {
    Map<String, String> headers = headers(request);
    if (!headers.containsKey("access-control-allow-origin")) {
      return headers;
    }
    Map<String, String> all = new HashMap<>(headers);
    all.put("access-control-allow-methods", Answer.METHODS);
    all.put("access-control-allow-headers", ANY);
    all.put("access-control-max-age", MAX_AGE_SECONDS);
    return all;
  }
}
