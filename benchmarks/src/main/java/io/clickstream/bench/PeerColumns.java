package io.clickstream.bench;

/** Columns of the warehouse that peers fill; the rest is more than they do. */
final class PeerColumns {

  /** The published contract. */
  static final String CONTRACT =
      "event_id, event_timestamp, event_name, user_id, user_login_state, identity_source,"
          + " client_id, session_id, is_first_visit, context_product_id, context_product_name,"
          + " context_product_category, context_product_brand, context_product_url_path,"
          + " context_product_price, context_product_discount_price";

  /** Without what takes the user agent, the query of a URL or nested JSON apart. */
  static final String PARSED =
      CONTRACT
          + ", occurred_at, visitor_id, raw_object_key, page_url, page_title, referrer, user_agent";

  /** The table that the DuckDB job fills: it has texts where the warehouse has ids. */
  static final String EVENT_TABLE = "peer_events";

  /** The columns of a sessionized event. The simulator sends canonical names only. */
  static final String EVENT = PARSED + ", canonical_name, session_key";

  /** The columns of a session without its touch, which peers do not compute. */
  static final String SESSION =
      "session_key, visitor_id, client_id, user_id, started_at, ended_at, first_event_id,"
          + " last_event_id, duration_s, event_count, page_view_count, product_view_count,"
          + " add_to_cart_count, remove_from_cart_count, checkout_start_count,"
          + " checkout_complete_count, landing_page_url, exit_page_url, is_first_visit,"
          + " is_engaged, is_bounce, is_converted, session_date, first_event_name,"
          + " last_event_name";

  private PeerColumns() {}
}
