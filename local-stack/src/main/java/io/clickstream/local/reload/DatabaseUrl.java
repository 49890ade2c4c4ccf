package io.clickstream.local.reload;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDBC URL of a database, taken apart.
 *
 * @param server the URL up to the database's name
 * @param database the database's name
 * @param parameters the rest, which may be empty
 */
record DatabaseUrl(String server, String database, String parameters) {

  private static final Pattern FORM =
      Pattern.compile("(jdbc:postgresql://[^/?]*/)([^/?]+)(\\?.*)?");

  /** PostgreSQL cuts longer names. */
  private static final int LONGEST_NAME = 63;

  /**
   * Takes a URL apart.
   *
   * @throws IllegalArgumentException if it names no host or database, or one whose name is too long
   */
  static DatabaseUrl of(String jdbcUrl) {
    Matcher form = FORM.matcher(jdbcUrl);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "Cannot reload: --jdbc-url names no database. Give jdbc:postgresql://HOST:PORT/DATABASE.");
    }
    String name = URLDecoder.decode(form.group(2), StandardCharsets.UTF_8);
    int longest = LONGEST_NAME - Names.LONGEST_SUFFIX;
    if (name.getBytes(StandardCharsets.UTF_8).length > longest) {
      throw new IllegalArgumentException(
          "Cannot reload %s: its name has more than %d bytes, and a longer one would not fit. Rename it."
              .formatted(name, longest));
    }
    return new DatabaseUrl(form.group(1), name, form.group(3) == null ? "" : form.group(3));
  }

  /** Returns the URL of another database of the server. */
  String of(Name other) {
    return server + URLEncoder.encode(other.text(), StandardCharsets.UTF_8) + parameters;
  }

  /** The name of a database. */
  record Name(String text) {

    /** Returns the name as an identifier of SQL. */
    String quoted() {
      return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
