package io.clickstream.local.gateway;

import com.sun.net.httpserver.Headers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decides which requests a server on this machine answers. All pages that the developer's browser
 * shows can send requests to loopback addresses. By a name of their own that resolves to such an
 * address they can also read the responses.
 *
 * @param allowed the origins of pages that may send events, in lower case; {@code *} for all, and
 *     {@code *} as a port for all ports
 */
record RequestGuard(Set<String> allowed) {

  private static final String ANY = "*";

  /** A name of this machine, as a {@code Host} header gives it, on any port. */
  private static final Pattern LOOPBACK_HOST =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");

  private static final Pattern PORT = Pattern.compile("(:\\d{1,5})?$");

  RequestGuard {
    allowed = Set.copyOf(allowed);
  }

  /** Returns a guard for the function's list of origins, separated by commas. */
  static RequestGuard of(String allowedOrigins) {
    return new RequestGuard(
        Arrays.stream(allowedOrigins.split(","))
            .map(origin -> origin.strip().toLowerCase(Locale.ROOT).replaceFirst("/$", ""))
            .collect(Collectors.toSet()));
  }

  /**
   * Returns whether a request names this machine and nothing else. A page that reaches the server
   * by another name gives that name.
   */
  static boolean isForThisMachine(Headers headers) {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    return hosts.size() == 1
        && LOOPBACK_HOST.matcher(hosts.get(0).toLowerCase(Locale.ROOT)).matches();
  }

  /** Returns whether a request comes from no page, or from a page that may send events. */
  boolean maySend(Headers headers) {
    return headers.getOrDefault("Origin", List.of()).stream()
        .map(origin -> origin.toLowerCase(Locale.ROOT))
        .allMatch(
            origin ->
                allowed.contains(ANY)
                    || allowed.contains(origin)
                    || allowed.contains(PORT.matcher(origin).replaceFirst(":*")));
  }

  /**
   * Returns whether a request comes from no page, or from a page of this server itself. Browsers
   * send no {@code Origin} with a script or an image, but say how far away the page is.
   */
  static boolean isOwn(Headers headers) {
    String own = "http://" + headers.getFirst("Host");
    return headers.getOrDefault("Origin", List.of()).stream().allMatch(own::equalsIgnoreCase)
        && headers.getOrDefault("Sec-Fetch-Site", List.of()).stream()
            .allMatch(site -> site.equals("none") || site.equals("same-origin"));
  }
}
