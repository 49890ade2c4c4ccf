DELETE FROM clickstream_sessions session
USING ${affected_ranges} affected
WHERE session.visitor_id = affected.visitor_id
  AND session.started_at >= affected.opens_at AND session.started_at < affected.closes_at
