package io.clickstream.bench;

import io.clickstream.servers.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The query of the dashboards' live mode, read from {@code shiny/app/logic/live.R}. */
final class LiveQuery {

  /** The time between two refreshes of an open page, as in {@code shiny/www/dashboard.js}. */
  static final int REFRESH_SECONDS = 10;

  private static final Pattern QUERY =
      Pattern.compile("sprintf\\(\\s*\"(\\s*WITH newest AS [^\"]+)\"");
  private static final Pattern NUMBER = Pattern.compile("(?m)^(live|present)_(\\w+) <- (\\d+)$");

  private final String query;
  private final int sharedSeconds;

  private LiveQuery(String query, int sharedSeconds) {
    this.query = query;
    this.sharedSeconds = sharedSeconds;
  }

  static LiveQuery of(Home home) throws IOException {
    Path source = home.folder().resolve("shiny/app/logic/live.R");
    String text = Files.readString(source);
    Matcher query = QUERY.matcher(text);
    if (!query.find()) {
      throw new IOException("Cannot measure the dashboards: " + source + " has no such query.");
    }
    return new LiveQuery(
        query.group(1).formatted(number(text, "live_minutes") - 1, number(text, "present_minutes")),
        number(text, "live_share_s"));
  }

  private static int number(String text, String name) throws IOException {
    return NUMBER
        .matcher(text)
        .results()
        .filter(line -> name.equals(line.group(1) + "_" + line.group(2)))
        .mapToInt(line -> Integer.parseInt(line.group(3)))
        .findFirst()
        .orElseThrow(() -> new IOException("Cannot measure the dashboards: no " + name + "."));
  }

  /**
   * Returns the query of a refresh: a row per minute, with the column {@code events}.
   *
   * @param now the time of the refresh; pages share the query of some seconds
   */
  String at(Instant now) {
    long second = now.getEpochSecond() / sharedSeconds * sharedSeconds;
    return query.replace(":moment", "'" + Instant.ofEpochSecond(second) + "'");
  }
}
