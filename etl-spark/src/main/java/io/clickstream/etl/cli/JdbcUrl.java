package io.clickstream.etl.cli;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The address of a warehouse, checked. The URL says where the server is, and nothing else: the
 * driver gives parameters of the URL precedence over the user, the password and the TLS settings
 * that the other arguments set.
 *
 * @param text {@code jdbc:postgresql://host:port/database}, possibly with harmless parameters
 */
record JdbcUrl(String text) {

  /**
   * The only parameters that a URL may have. A list of forbidden ones would miss those of the next
   * driver: some load classes, write files or name another login.
   */
  private static final Set<String> PARAMETERS =
      Set.of(
          "ApplicationName",
          "connectTimeout",
          "hostRecheckSeconds",
          "loadBalanceHosts",
          "loginTimeout",
          "socketTimeout",
          "targetServerType",
          "tcpKeepAlive");

  private static final String HOST = "([^/?,:@\\[\\]\\s]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?";

  /** The driver's forms: with hosts, or with a database on its default host, which is localhost. */
  private static final Pattern FORM =
      Pattern.compile(
          "jdbc:postgresql:(//(?<hosts>" + HOST + "(," + HOST + ")*)?(/[^?]*)?|/?[^/?]*)(\\?.*)?");

  /** A password as a parameter, or before the host. */
  private static final Pattern PASSWORD = Pattern.compile("(?i)password=|//[^/?]*@");

  /** Literal loopback addresses, and the one name that systems resolve to them. */
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[(::1|0:0:0:0:0:0:0:1)]",
          Pattern.CASE_INSENSITIVE);

  /**
   * Checks a URL.
   *
   * @throws UsageException with one line; it does not repeat a password
   */
  JdbcUrl {
    if (PASSWORD.matcher(text).find()) {
      throw new UsageException(
          "--jdbc-url holds a password, which logs would show", "Set DW_PASSWORD instead");
    }
    int query = text.indexOf('?');
    if (query >= 0) {
      requireHarmless(text.substring(query + 1));
    }
    if (!FORM.matcher(text).matches()) {
      throw new UsageException(
          "--jdbc-url is '" + text + "'", "Give jdbc:postgresql://HOST:PORT/DATABASE");
    }
  }

  private static void requireHarmless(String query) {
    for (String parameter : query.split("&")) {
      String name = parameter.split("=", 2)[0];
      if (!name.isEmpty() && !PARAMETERS.contains(name)) {
        throw new UsageException(
            "--jdbc-url has the parameter '" + name + "'",
            "Leave it out: login and TLS are set by --db-user, --db-secret-arn, DW_PASSWORD and"
                + " --db-ca only");
      }
    }
  }

  /** Returns whether every host of the URL is this machine. The driver's default host is. */
  boolean isLoopback() {
    Matcher form = FORM.matcher(text);
    form.matches();
    String hosts = form.group("hosts");
    return hosts == null
        || Stream.of(hosts.split(","))
            .map(host -> host.replaceFirst(":\\d{1,5}$", ""))
            .allMatch(host -> LOOPBACK.matcher(host).matches());
  }
}
