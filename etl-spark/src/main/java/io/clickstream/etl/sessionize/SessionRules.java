package io.clickstream.etl.sessionize;

import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * What sessions depend on besides their events; part of the warehouse's settings.
 *
 * @param gap the greatest gap inside a session, 1 s to 6 h in whole seconds: with a longer one the
 *     cut marks could not be found again from any session start
 * @param reportingZone the zone of reporting days
 * @param ownHosts hosts of the shop, which are no referrers; lower case, sorted
 */
public record SessionRules(Duration gap, ZoneId reportingZone, List<String> ownHosts)
    implements Serializable {

  /** Counts up whenever the same events could give other sessions. */
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

  /** Whether a host is one of the shop's, or below one. */
  boolean isOwn(String host) {
    for (String own : ownHosts) {
      if (host.equals(own) || host.endsWith("." + own)) {
        return true;
      }
    }
    return false;
  }
}
