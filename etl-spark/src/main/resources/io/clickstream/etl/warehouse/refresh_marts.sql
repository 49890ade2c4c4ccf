SELECT refresh_marts(
  ARRAY(SELECT hour FROM ${touched_hours}),
  ARRAY(SELECT DISTINCT session_date FROM ${touched_sessions}),
  ARRAY(SELECT DISTINCT session_key FROM ${touched_sessions}),
  ARRAY(SELECT DISTINCT visitor_id FROM ${affected_ranges}),
  ARRAY(SELECT order_id FROM ${touched_orders}))
