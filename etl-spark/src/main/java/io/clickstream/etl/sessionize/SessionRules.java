package io.clickstream.etl.sessionize;

import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * The settings of sessionizing; part of the warehouse's settings.
 *
 * @param gap the greatest gap inside a session, 1 s to 6 h in whole seconds; a longer gap would
 *     make cut marks depend on events before the session's start
 * @param reportingZone time zone of the reporting days
 * @param ownHosts hosts of the shop, which do not count as referrers; lower case, sorted
 */
public record SessionRules(Duration gap, ZoneId reportingZone, List<String> ownHosts)
    implements Serializable {

  /** Version of the rules: raised whenever the same events could give other sessions. */
  public static final int VERSION = 1;

  private static final Duration MAX_GAP = Duration.ofHours(6);

  public SessionRules {
    if (gap.compareTo(Duration.ofSeconds(1)) < 0 || gap.compareTo(MAX_GAP) > 0) {
      throw new IllegalArgumentException("session gap must be 1s to 6h, not " + gap);
    }
    if (gap.getNano() != 0) {
      throw new IllegalArgumentException("session gap must be whole seconds, not " + gap);
    }
    ownHosts = sorted(ownHosts);
  }

  private static List<String> sorted(Collection<String> hosts) {
    TreeSet<String> sorted = new TreeSet<>();
    for (String host : hosts) {
      String lower = host.strip().toLowerCase(Locale.ROOT);
      if (!lower.isEmpty()) {
        sorted.add(lower.startsWith("www.") ? lower.substring("www.".length()) : lower);
      }
    }
    return List.copyOf(sorted);
  }

  /** Returns true if a host is one of the shop's or a subdomain of one. */
  boolean isOwn(String host) {
    for (String own : ownHosts) {
      if (host.equals(own) || host.endsWith("." + own)) {
        return true;
      }
    }
    return false;
  }
}
