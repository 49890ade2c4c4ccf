SELECT refresh_marts(
  array(SELECT hour FROM ${touched_hours}),
  array(SELECT DISTINCT session_date FROM ${touched_sessions}),
  array(SELECT DISTINCT session_key FROM ${touched_sessions}),
  array(SELECT DISTINCT visitor_id FROM ${affected_ranges}),
  array(SELECT order_id FROM ${touched_orders}))
