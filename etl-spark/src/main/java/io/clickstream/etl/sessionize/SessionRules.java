package io.clickstream.etl.sessionize;

import io.clickstream.event.PageUrl;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The settings of sessionizing; part of the warehouse's settings.
 *
 * @param gap the greatest gap inside a session, 1 s to 6 h in whole seconds; a longer gap would
 *     make cut marks depend on events before the session's start
 * @param reportingZone name of the time zone of the reporting days. Only PostgreSQL computes with
 *     it, because Java may have another version of the zones.
 * @param ownHosts hosts of the shop, which do not count as referrers; in the form of {@link
 *     PageUrl#host}, sorted
 */
public record SessionRules(Duration gap, String reportingZone, List<String> ownHosts)
    implements Serializable {

  /** Version of the rules: raised whenever the same events could give other sessions. */
  public static final int VERSION = 4;

  /** Greatest number of events in a person's session. */
  public static final int MAX_EVENTS = 5_000;

  /** Greatest number of distinct orders in a person's session. */
  public static final int MAX_ORDERS = 100;

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
      String known = host.isBlank() ? null : PageUrl.parse("//" + host.strip()).host();
      if (known != null) {
        sorted.add(known);
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
