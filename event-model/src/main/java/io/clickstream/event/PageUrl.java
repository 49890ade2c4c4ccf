package io.clickstream.event;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a URL that reporting needs.
 *
 * @param host as {@link #canonicalHost} returns it, without port and user; {@code null} if the URL
 *     is relative
 * @param path from the first slash to the query or fragment; {@code /} if empty
 * @param query decoded, clean parameters by lower-case name; of several with one name the first
 *     that is not blank
 */
public record PageUrl(String host, String path, Map<String, String> query) {

  /** Click id parameters of advertising networks, in order of preference. */
  public static final List<String> CLICK_ID_PARAMETERS =
      List.of(
          "gclid",
          "gbraid",
          "wbraid",
          "dclid",
          "msclkid",
          "fbclid",
          "ttclid",
          "twclid",
          "li_fat_id",
          "zarsrc",
          "epik",
          "sccid",
          "rdt_cid",
          "yclid");

  /**
   * An ampersand, also as the entity that mail programs leave in links, by name or by number,
   * escaped once or twice.
   */
  private static final Pattern SEPARATOR =
      Pattern.compile("&(?:amp;|#0*+38;|#x0*+26;)*+", Pattern.CASE_INSENSITIVE);

  /** Longest name of a host; the conversion to ASCII takes time by the square of the length. */
  private static final int HOST_CHARS = 253;

  /** Characters that no host contains. IDNA makes them of others, such as a full-width slash. */
  private static final String NO_HOST_CHARACTERS = " \"#%/:<>?@[\\]^`{|}";

  /** Parses any text as a URL; it need not be a valid URI. */
  public static PageUrl parse(String url) {
    String withoutFragment = url.substring(0, fragmentStart(url));
    int question = indexOfAny(withoutFragment, "?", 0);
    String query =
        question < withoutFragment.length() ? withoutFragment.substring(question + 1) : "";
    String address = withoutFragment.substring(0, question);
    String host = null;
    String path = address;
    int authority = address.indexOf("//");
    if (authority == 0 || (authority > 0 && address.charAt(authority - 1) == ':')) {
      int slash = indexOfAny(address, "/", authority + 2);
      host = hostOf(address.substring(authority + 2, slash));
      path = address.substring(slash);
    }
    return new PageUrl(host, path.isEmpty() ? "/" : path, parameters(query));
  }

  /** Returns the place of the first number sign that is not in an entity of the query. */
  private static int fragmentStart(String url) {
    int fragment = indexOfAny(url, "#", 0);
    int separatorsFrom = url.indexOf('?');
    if (fragment == url.length() || separatorsFrom < 0 || separatorsFrom > fragment) {
      return fragment;
    }
    Matcher separator = SEPARATOR.matcher(url);
    while (fragment < url.length()
        && separator.find(separatorsFrom)
        && separator.start() < fragment) {
      separatorsFrom = separator.end();
      if (separator.end() > fragment) {
        fragment = indexOfAny(url, "#", separator.end());
      }
    }
    return fragment;
  }

  private static String hostOf(String authority) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int port = host.lastIndexOf(':');
    if (port >= 0 && host.indexOf(']', port) < 0) {
      host = host.substring(0, port);
    }
    return canonicalHost(host);
  }

  /**
   * Returns the form in which hosts are compared: lower-case ASCII (IDNA), without a leading {@code
   * www.} and without final dot. A name that IDNA does not allow, or that is too long for a host,
   * stays as it is written.
   *
   * @return null if nothing is left
   */
  public static String canonicalHost(String name) {
    String host = CleanText.of(name);
    if (host == null) {
      return null;
    }
    host = ascii(host).toLowerCase(Locale.ROOT);
    if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    if (host.startsWith("www.")) {
      host = host.substring("www.".length());
    }
    return CleanText.of(host);
  }

  private static String ascii(String host) {
    if (host.length() > HOST_CHARS || isAscii(host)) {
      return host;
    }
    try {
      String ascii = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
      return ascii.chars().anyMatch(PageUrl::isNoHostCharacter) ? host : ascii;
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNoHostCharacter(int c) {
    return c < ' ' || NO_HOST_CHARACTERS.indexOf(c) >= 0;
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query.isEmpty()) {
      return parameters;
    }
    for (String pair : SEPARATOR.split(query)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String name = decoded(pair.substring(0, equals)).toLowerCase(Locale.ROOT);
        String value = CleanText.of(decoded(pair.substring(equals + 1)));
        if (value != null) {
          parameters.putIfAbsent(name, value);
        }
      }
    }
    return parameters;
  }

  /** Decodes percent escapes and plus signs; keeps a percent sign that starts no escape. */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%' && i + 2 < in.length && hex(in[i + 1]) >= 0 && hex(in[i + 2]) >= 0) {
        out[length++] = (byte) (hex(in[i + 1]) << 4 | hex(in[i + 2]));
        i += 2;
      } else {
        out[length++] = in[i] == '+' ? (byte) ' ' : in[i];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  private static int hex(byte b) {
    return Character.digit(b, 16);
  }

  private static int indexOfAny(String text, String c, int from) {
    int index = text.indexOf(c, from);
    return index < 0 ? text.length() : index;
  }
}
