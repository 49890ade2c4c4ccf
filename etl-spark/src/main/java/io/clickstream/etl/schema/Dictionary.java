package io.clickstream.etl.schema;

import java.util.List;

/**
 * A table in which each value that many events share stands once.
 *
 * <p>An event refers to a row by its id, which is a function of the values. The columns are those
 * of a parsed event.
 */
public enum Dictionary {
  PAGES("clickstream_pages", "page_id", "page_address", "page_title", "page_category"),
  REFERRERS("clickstream_referrers", "referrer_id", "referrer", "referrer_host"),
  AGENTS("clickstream_agents", "agent_id", "user_agent", "client_properties"),
  ELEMENTS("clickstream_elements", "element_id", "element");

  private final String table;
  private final String id;
  private final List<String> columns;

  Dictionary(String table, String id, String... columns) {
    this.table = table;
    this.id = id;
    this.columns = List.of(columns);
  }

  /** Returns the name of the table. */
  public String table() {
    return table;
  }

  /** Returns the column of the id, in the table and in the event. */
  public String id() {
    return id;
  }

  /** Returns the columns of the values. At least one has a value in each row. */
  public List<String> columns() {
    return columns;
  }
}
