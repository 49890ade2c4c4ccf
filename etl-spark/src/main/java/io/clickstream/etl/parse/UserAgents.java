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
 * Classifies user agents: crawlers by the uap-core list, people by their device.
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
   * @param deviceCategory desktop, mobile, tablet or bot
   */
  record Device(boolean isBot, String deviceCategory) {}

  private static final int CACHED = 10_000;

  /**
   * Longer text is cut: hardly any real user agent is longer, and matching takes time per
   * character.
   */
  private static final int MAX_LENGTH = 1_000;

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
    String bounded =
        userAgent.length() > MAX_LENGTH ? userAgent.substring(0, MAX_LENGTH) : userAgent;
    return cache.computeIfAbsent(bounded, UserAgents::fromSharedCache);
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
    if ("Spider".equals(PARSER.parseDevice(userAgent).family)) {
      return new Device(true, "bot");
    }
    String lower = userAgent.toLowerCase(Locale.ROOT);
    boolean android = lower.contains("android");
    boolean mobile = lower.contains("mobi") || lower.contains("iphone");
    if (lower.contains("ipad") || lower.contains("tablet") || (android && !mobile)) {
      return new Device(false, "tablet");
    }
    return new Device(false, mobile ? "mobile" : "desktop");
  }
}
