package io.clickstream.etl.sessionize;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The categories of sites that the rule table {@code channel_sources} lists.
 *
 * <p>A host matches by whole labels, exactly as the SQL function {@code source_category} does. Each
 * name is looked up with and without the public suffix. The first match counts:
 *
 * <ol>
 *   <li>the host itself
 *   <li>a label below the registered domain, without digits at its end: the row {@code login.}
 *       matches {@code login2.bank.vn}, but neither {@code login.vn} nor {@code loginx.bank.vn}
 *   <li>its parent domains; the longest match counts
 * </ol>
 *
 * <p>A row that begins with a slash is a path; see {@link #isPathOnTheWay}.
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

  private static final int MAX_SEGMENTS = 8;

  private static final Pattern LAST_DIGITS = Pattern.compile("(?<![0-9])[0-9]+$");

  /** Categories of sites on the way of a visit, which do not count as its referrer. */
  private static final Set<String> ON_THE_WAY = Set.of("payment", "sign-in");

  public SiteCategories {
    byName = Map.copyOf(byName);
  }

  /** Returns true if a host is that of a payment gateway, a bank or a sign-in provider. */
  boolean isOnTheWay(String host) {
    String category = of(host);
    return category != null && ON_THE_WAY.contains(category);
  }

  /**
   * Returns true if a path is that of a sign-in page: if some of its first eight segments, one
   * after the other, are a row of the table, such as {@code /dialog/oauth}.
   */
  boolean isPathOnTheWay(String path) {
    String[] segments = path.substring(path.startsWith("/") ? 1 : 0).split("/", MAX_SEGMENTS + 1);
    int count = Math.min(segments.length, MAX_SEGMENTS);
    for (int first = 0; first < count; first++) {
      StringBuilder part = new StringBuilder();
      for (int last = first; last < count; last++) {
        part.append('/').append(segments[last].toLowerCase(Locale.ROOT));
        String category = byName.get(part.toString());
        if (category != null && ON_THE_WAY.contains(category)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the category of a source (name or host), or null if no row matches. */
  public String of(String source) {
    if (source.codePointCount(0, source.length()) > MAX_SOURCE_LENGTH) {
      return null;
    }
    List<String> labels = List.of(source.toLowerCase(Locale.ROOT).split("\\."));
    int names = labels.size() - suffixLength(labels);
    String row = longest(namesFrom(0, labels, names));
    if (row == null) {
      row =
          longest(
              labels.stream()
                  .limit(Math.max(0, names - 1))
                  .map(label -> LAST_DIGITS.matcher(label).replaceFirst("") + "."));
    }
    if (row == null) {
      row =
          longest(
              IntStream.range(1, Math.max(1, names))
                  .boxed()
                  .flatMap(first -> namesFrom(first, labels, names)));
    }
    return row == null ? null : byName.get(row);
  }

  /** Returns the name from a label on, with and without the public suffix. */
  private static Stream<String> namesFrom(int first, List<String> labels, int names) {
    return first >= names
        ? Stream.empty()
        : Stream.of(
            String.join(".", labels.subList(first, labels.size())),
            String.join(".", labels.subList(first, names)));
  }

  private String longest(Stream<String> names) {
    return names
        .filter(byName::containsKey)
        .min(Comparator.comparingInt(String::length).reversed().thenComparing(name -> name))
        .orElse(null);
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
