package io.clickstream.etl.parse;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import ua_parser.Parser;

/**
 * Tells crawlers from people and phones from desks. Crawlers come from the uap-core list; answers
 * are remembered, as real traffic has few distinct user agents: by each parser for itself, and by
 * all of this process, since a new one costs about a millisecond of regular expressions. Not
 * thread-safe.
 */
final class UserAgents {

  /** The list's name and version: part of the warehouse's settings, since it changes rows. */
  static final String LIST_VERSION = "uap-java 1.6.1";

  /**
   * What a user agent is.
   *
   * @param isBot a known crawler
   * @param deviceCategory desktop, mobile, tablet or bot
   */
  record Device(boolean isBot, String deviceCategory) {}

  private static final int REMEMBERED = 10_000;

  /** Hardly any real user agent is longer; regular expressions must not meet a megabyte. */
  private static final int MAX_LENGTH = 1_000;

  private static final Parser PARSER = new Parser();

  private static final Map<String, Device> ALL_DEVICES = Collections.synchronizedMap(remembered());

  private final Map<String, Device> devices = remembered();

  /** Forgets what was asked for the longest time ago. */
  private static Map<String, Device> remembered() {
    return new LinkedHashMap<>(256, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Device> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  Device of(String userAgent) {
    String bounded =
        userAgent.length() > MAX_LENGTH ? userAgent.substring(0, MAX_LENGTH) : userAgent;
    return devices.computeIfAbsent(bounded, UserAgents::ofAny);
  }

  /** Two that ask at once for the same may both work it out: neither waits for the other. */
  private static Device ofAny(String userAgent) {
    Device known = ALL_DEVICES.get(userAgent);
    if (known == null) {
      known = classify(userAgent);
      ALL_DEVICES.put(userAgent, known);
    }
    return known;
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
