package io.clickstream.etl.warehouse;

import io.clickstream.etl.sql.SqlConnection;
import java.util.HashMap;
import java.util.Map;

/** The table {@code channel_sources}: the category of each known source of visits. */
public final class ChannelSources {

  private ChannelSources() {}

  /** Returns the category of each source. */
  public static Map<String, String> categories(SqlConnection connection) {
    Map<String, String> categories = new HashMap<>();
    connection.rows(
        "SELECT source, category FROM channel_sources",
        row -> categories.put(row.getString(1), row.getString(2)));
    return categories;
  }
}
