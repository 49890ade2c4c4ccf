package io.clickstream.etl.parse;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Recognizes crawlers by the names that uap-core returns, and by signs of those that it does not
 * list yet.
 */
final class CrawlerAgents {

  /** Words in the names of crawlers; not Boto, Botswana or the phones of Cubot. */
  private static final Pattern WORD =
      Pattern.compile("(?<!cu)bots?(?![a-z0-9])|spider|crawl|scrap(?:er|y)|slurp|archiver|indexer");

  /**
   * Signs of a crawler.
   *
   * <ul>
   *   <li>{@code +https://…}: the address where its owner explains it.
   *   <li>{@code compatible; Name}: the form that crawlers imitate; of browsers only old ones have
   *       it.
   *   <li>Names of assistants, fetchers and browsers without a window.
   * </ul>
   */
  private static final Pattern SIGN =
      Pattern.compile(
          "\\+https?://"
              + "|compatible; (?!msie|konqueror|netfront|linux|windows|u;)"
              + "|googleother|mediapartners-google|apis-google|feedfetcher-google|google-(?:read-aloud|inspectiontool)"
              + "|(?:chatgpt|claude|perplexity|mistralai)-user|claude-web|anthropic-ai|cohere-ai"
              + "|meta-external|facebookcatalog|skypeuripreview"
              + "|headlesschrome|phantomjs|chrome-lighthouse");

  private CrawlerAgents() {}

  /**
   * Returns true for a user agent with a sign of a crawler, or a word for one outside the comment
   * in which a browser names its device.
   *
   * @param userAgent in lower case
   */
  static boolean matches(String userAgent) {
    int comment = PersonDevice.beginsLikeABrowser(userAgent) ? userAgent.indexOf(')') : -1;
    return SIGN.matcher(userAgent).find()
        || namesCrawler(ServerAgents.withoutAddresses(userAgent.substring(comment + 1)));
  }

  /** Returns true for a name of uap-core's first list that is a crawler's. */
  static boolean isCrawlerName(String family) {
    return namesCrawler(family.toLowerCase(Locale.ROOT));
  }

  /** Returns true for lower-case text that contains a word for crawlers. */
  static boolean namesCrawler(String text) {
    return WORD.matcher(text).find();
  }
}
