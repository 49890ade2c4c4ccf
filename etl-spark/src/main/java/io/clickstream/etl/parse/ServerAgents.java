package io.clickstream.etl.parse;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Recognizes the user agents of HTTP libraries and shop systems, which uap-core lists as crawlers
 * in part.
 *
 * <p>A text that also names a crawler is not a server: {@code python-requests/2.31 (ShopBot)}.
 */
final class ServerAgents {

  /** Names that count only where the text begins with them, because other texts contain them. */
  private static final List<String> LEADING_NAMES =
      List.of(
          "java[0-9._]*",
          "jersey",
          "apache-cxf",
          "jakarta",
          "spring",
          "resttemplate",
          "feign",
          "ktor",
          "python",
          "httpie",
          "node",
          "nodejs",
          "node\\.js",
          "undici",
          "got",
          "needle",
          "deno",
          "bun",
          "php",
          "symfony",
          "(?:zend|laminas)[_\\\\]http[_\\\\]client",
          "laravel",
          "drupal",
          "joomla",
          "ruby",
          "http\\.rb",
          "perl",
          "lwp",
          "mojolicious",
          "dotnet",
          "\\.net",
          "rest-?sharp",
          "hyper",
          "ureq",
          "hackney",
          "tesla",
          "finch",
          "mint",
          "poco",
          "cpr",
          "dart",
          "ahc",
          "akka-http",
          "pekko-http",
          "sttp",
          "insomnia",
          "zapier",
          "stripe",
          "shopify",
          "magento",
          "prestashop",
          "opencart",
          "odoo",
          "shopware",
          "haravan",
          "sapo",
          "paypal ipn",
          "n8n",
          "make",
          "lua-resty-http",
          "google-cloud-(?:scheduler|tasks)",
          "cloudflare-workers",
          "microsoft\\.data\\.mashup");

  /** Names that count anywhere in the text. */
  private static final List<String> NAMES =
      List.of(
          "java-http-client",
          "apache-http(?:async)?client",
          "commons-httpclient",
          "google-http-java-client",
          "asynchttpclient",
          "okhttp",
          "retrofit",
          "reactornetty",
          "vert\\.x-webclient",
          "scalaj-http",
          "aws-sdk-[a-z0-9-]+",
          "aws-cli",
          "boto3?",
          "python-(?:requests|urllib3?|httpx)",
          "urllib3",
          "aiohttp",
          "curl",
          "libcurl",
          "pycurl",
          "wget",
          "go-http-client",
          "go-resty",
          "fasthttp",
          "axios",
          "node-fetch",
          "node-superagent",
          "superagent",
          "guzzlehttp",
          "php-soap",
          "wordpress",
          "woocommerce",
          "hookshot",
          "faraday",
          "rest-client",
          "httparty",
          "typhoeus",
          "libwww-perl",
          "powershell",
          "windowspowershell",
          "winhttp[a-z0-9.]*",
          "postmanruntime",
          "reqwest",
          "httpoison",
          "cpp-httplib",
          "cpprestsdk",
          "unirest-[a-z]+");

  private static final Pattern SERVER =
      Pattern.compile(
          "^(?:%s)(?=$|[/ ;(])|(?<![a-z0-9.-])(?:%s)(?=$|[/ ;)(])"
              .formatted(String.join("|", LEADING_NAMES), String.join("|", NAMES)));

  /** A browser's text; those that PowerShell and others imitate are recognized by their name. */
  private static final Pattern BROWSER = Pattern.compile("^(?:mozilla|opera)/(?!.*powershell/)");

  /**
   * What libraries put before their own name to look like a browser: {@code Mozilla/5.0 Node/v20},
   * {@code Mozilla/5.0 (compatible; WordPress/6.5)}.
   */
  private static final Pattern PRETENCE =
      Pattern.compile("^mozilla/[0-9.]+ (?:\\(compatible; )?+(?=[a-z])");

  /** A shop's own address, which may contain any word; a crawler's has a plus sign before it. */
  private static final Pattern ADDRESS = Pattern.compile("(?<!\\+)https?://\\S*");

  private ServerAgents() {}

  /**
   * Returns true for the user agent of a server.
   *
   * @param userAgent in lower case
   */
  static boolean matches(String userAgent) {
    String own = PRETENCE.matcher(userAgent).replaceFirst("");
    return !BROWSER.matcher(own).find()
        && SERVER.matcher(own).find()
        && !CrawlerAgents.namesCrawler(withoutAddresses(own));
  }

  /** Returns a user agent without the addresses of shops. */
  static String withoutAddresses(String userAgent) {
    return ADDRESS.matcher(userAgent).replaceAll("");
  }
}
