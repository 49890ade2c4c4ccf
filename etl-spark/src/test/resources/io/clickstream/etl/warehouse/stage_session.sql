-- A session of visitor v without a click.
INSERT INTO ${sessions} (session_key, visitor_id, started_at, ended_at, first_event_id,
  last_event_id, duration_s, event_count, page_view_count, product_view_count,
  add_to_cart_count, remove_from_cart_count, checkout_start_count,
  checkout_complete_count, is_engaged, is_bounce, is_converted, is_bot,
  first_event_name, last_event_name, order_count, utm_source)
VALUES ('${session_key}', 'v', ${started_at}, ${ended_at}, '${event_id}', '${event_id}', 0,
  ${events}, ${events}, 0, 0, 0, 0, 0, FALSE, TRUE,
  FALSE, FALSE, 'page_view', 'page_view', 0, 'newsletter')
