package io.clickstream.etl.sessionize;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The categories of sites that the rule table {@code channel_sources} lists.
 *
 * <p>A host matches by whole labels, exactly as the SQL function {@code source_category} does: the
 * host and its parent domains are looked up, each with and without the public suffix. The longest
 * match counts.
 *
 * @param byName category per name in the table
 */
public record SiteCategories(Map<String, String> byName) implements Serializable {

  /** Labels below which country registries sell names, as in {@code .com.vn}. */
  private static final Set<String> SECOND_LEVEL_LABELS =
      Set.of(
          "ac", "biz", "co", "com", "edu", "gen", "go", "gob", "gouv", "gov", "info", "ltd", "mil",
          "name", "ne", "net", "or", "org", "plc", "pro", "sch");

  /** Greatest length of a host by RFC 1035. A longer text could have thousands of labels. */
  private static final int MAX_SOURCE_LENGTH = 253;

  /** Categories of sites on the way of a visit, which do not count as its referrer. */
  private static final Set<String> ON_THE_WAY = Set.of("payment", "sign-in");

  public SiteCategories {
    byName = Map.copyOf(byName);
  }

  /** Returns true if a host is that of a payment gateway or of a sign-in provider. */
  boolean isOnTheWay(String host) {
    String category = of(host);
    return category != null && ON_THE_WAY.contains(category);
  }

  /** Returns the category of a source (name or host), or null if no row matches. */
  public String of(String source) {
    if (source.codePointCount(0, source.length()) > MAX_SOURCE_LENGTH) {
      return null;
    }
    List<String> labels = List.of(source.toLowerCase(Locale.ROOT).split("\\."));
    int names = labels.size() - suffixLength(labels);
    String longest = null;
    for (int first = 0; first < names; first++) {
      longest = longer(longest, String.join(".", labels.subList(first, labels.size())));
      longest = longer(longest, String.join(".", labels.subList(first, names)));
    }
    return longest == null ? null : byName.get(longest);
  }

  private String longer(String known, String name) {
    return byName.containsKey(name) && (known == null || name.length() > known.length())
        ? name
        : known;
  }

  private static int suffixLength(List<String> labels) {
    int count = labels.size();
    if (count == 1) {
      return 0;
    }
    return count > 2
            && isCountry(labels.get(count - 1))
            && SECOND_LEVEL_LABELS.contains(labels.get(count - 2))
        ? 2
        : 1;
  }

  private static boolean isCountry(String label) {
    return label.length() == 2 && label.chars().allMatch(c -> c >= 'a' && c <= 'z');
  }
}
