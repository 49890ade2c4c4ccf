package io.clickstream.ingest.http;

import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The CORS policy: the origins whose scripts may read the responses. Credentials are never allowed,
 * so that {@code *} exposes nothing that belongs to a visitor.
 *
 * <p>On AWS the HTTP API has CORS settings of its own, which replace the function's headers.
 *
 * @param allowed origins in lower case, or {@code *} alone; empty to allow no other origin
 */
public record CorsPolicy(Set<String> allowed) {

  /** Allows no other origin. */
  public static final CorsPolicy NONE = new CorsPolicy(Set.of());

  private static final String ANY = "*";

  /** All ports of a loopback address, on which developers run their pages. */
  private static final Pattern ANY_LOCAL_PORT =
      Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1]):\\*", Pattern.CASE_INSENSITIVE);

  private static final Pattern PORT = Pattern.compile("(:\\d{1,5})?$");

  /** Time for which a browser may cache a preflight response; Chromium caps it at two hours. */
  private static final String MAX_AGE_SECONDS = "7200";

  public CorsPolicy {
    allowed = Set.copyOf(allowed);
  }

  /**
   * Parses a list of origins.
   *
   * @param list origins such as {@code https://shop.example}, separated by commas; or {@code *}.
   *     For development, {@code http://localhost:*} names all ports of this machine
   * @throws IllegalArgumentException when an item is not an origin
   */
  public static CorsPolicy parse(String list) {
    return new CorsPolicy(
        Arrays.stream(list.split(","))
            .map(String::strip)
            .filter(origin -> !origin.isEmpty())
            .map(CorsPolicy::normalized)
            .collect(Collectors.toSet()));
  }

  private static String normalized(String text) {
    if (text.equals(ANY)) {
      return ANY;
    }
    if (ANY_LOCAL_PORT.matcher(text).matches()) {
      return text.toLowerCase(Locale.ROOT);
    }
    String origin = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    URI uri;
    try {
      uri = URI.create(origin);
    } catch (IllegalArgumentException e) {
      throw notAnOrigin(text, e);
    }
    boolean web =
        "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
    if (!web
        || uri.getHost() == null
        || !origin.equals(uri.getScheme() + "://" + uri.getAuthority())) {
      throw notAnOrigin(text, null);
    }
    return origin.toLowerCase(Locale.ROOT);
  }

  private static IllegalArgumentException notAnOrigin(String text, Exception cause) {
    return new IllegalArgumentException(
        "'" + text + "' is not an origin. Use a form such as https://shop.example.", cause);
  }

  /** Returns whether pages of an origin may read the responses. */
  public boolean allows(String origin) {
    String lower = origin.toLowerCase(Locale.ROOT);
    return allowed.contains(ANY)
        || allowed.contains(lower)
        || allowed.contains(PORT.matcher(lower).replaceFirst(":*"));
  }

  /** Returns the CORS headers of the response to a request. */
  public Map<String, String> headers(GatewayRequest request) {
    String origin = request.header("origin");
    if (origin == null || allowed.isEmpty()) {
      return Map.of();
    }
    if (allowed.contains(ANY)) {
      return Map.of(
          "access-control-allow-origin", ANY, "access-control-expose-headers", "retry-after");
    }
    if (!allows(origin)) {
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

  /** Returns the CORS headers of a preflight response, which also name methods and headers. */
  public Map<String, String> preflightHeaders(GatewayRequest request) {
    Map<String, String> headers = headers(request);
    if (!headers.containsKey("access-control-allow-origin")) {
      return headers;
    }
    Map<String, String> all = new HashMap<>(headers);
    all.put("access-control-allow-methods", GatewayResponse.METHODS);
    all.put("access-control-allow-headers", ANY);
    all.put("access-control-max-age", MAX_AGE_SECONDS);
    return all;
  }
}
