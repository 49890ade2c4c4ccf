package io.clickstream.etl.parse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import ua_parser.Parser;

/**
 * Classifies user agents: programs of the shop, crawlers, and people by their device.
 *
 * <ul>
 *   <li>A server is an HTTP library or a shop system, by {@link ServerAgents}. A back end sends
 *       orders that way, so a server is not a bot. A program that is neither listed nor a crawler,
 *       and whose text does not begin like that of a browser or an app, is a server too.
 *   <li>A crawler is one by device or by name, by the two lists of uap-core and {@link
 *       CrawlerAgents}.
 *   <li>Everyone else is a person, by {@link PersonDevice}.
 * </ul>
 *
 * <p>A new user agent costs about a millisecond of regular expressions, and real traffic has few
 * distinct ones. So results are cached twice: in each instance, and in the whole process. Not
 * thread-safe.
 */
final class UserAgents {

  /**
   * Name and version of the crawler list; a warehouse setting, because another list changes rows.
   */
  static final String LIST_VERSION = listVersion();

  /**
   * The class of a user agent.
   *
   * @param isBot true for a known crawler
   * @param deviceCategory desktop, mobile, tablet, server or bot
   */
  record Device(boolean isBot, String deviceCategory) {}

  private static final int CACHED = 10_000;

  /**
   * Longer text is cut: hardly any real user agent is longer, and matching takes time per
   * character.
   */
  private static final int MAX_LENGTH = 1_000;

  /** Length of what the lists of uap-core see: some of their patterns take time by its square. */
  static final int MAX_LISTED_LENGTH = 512;

  private static final Parser PARSER = new Parser();

  private static final Map<String, Device> SHARED_CACHE = Collections.synchronizedMap(newCache());

  private final Map<String, Device> cache = newCache();

  /** Returns a cache that drops the least recently used entry when it is full. */
  private static Map<String, Device> newCache() {
    return new LinkedHashMap<>(256, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Device> eldest) {
        return size() > CACHED;
      }
    };
  }

  /** Returns the class of a user agent. */
  Device of(String userAgent) {
    return cache.computeIfAbsent(cut(userAgent, MAX_LENGTH), UserAgents::fromSharedCache);
  }

  private static String cut(String text, int length) {
    return text.length() > length ? text.substring(0, length) : text;
  }

  /** Looks into the process-wide cache; two threads may classify the same user agent at once. */
  private static Device fromSharedCache(String userAgent) {
    Device known = SHARED_CACHE.get(userAgent);
    if (known == null) {
      known = classify(userAgent);
      SHARED_CACHE.put(userAgent, known);
    }
    return known;
  }

  /** Reads the version that the build wrote, which also holds inside the shaded jar. */
  private static String listVersion() {
    Properties properties = new Properties();
    try (InputStream in = UserAgents.class.getResourceAsStream("bot-list.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read bot-list.properties.", e);
    }
    return properties.getProperty("version");
  }

  private static Device classify(String userAgent) {
    String lower = userAgent.toLowerCase(Locale.ROOT);
    if (ServerAgents.matches(lower)) {
      return new Device(false, "server");
    }
    String listed = cut(userAgent, MAX_LISTED_LENGTH);
    boolean crawls =
        CrawlerAgents.matches(lower)
            || CrawlerAgents.isCrawlerName(PARSER.parseUserAgent(listed).family)
            || "Spider".equals(PARSER.parseDevice(listed).family);
    if (crawls) {
      return new Device(true, "bot");
    }
    return new Device(
        false, PersonDevice.isPersons(lower) ? PersonDevice.category(lower) : "server");
  }
}
