-- Counts, times and bot reason of each session are those of its events.
SELECT session.session_key, session.event_count, counted.events, session.page_view_count,
  counted.page_views
FROM clickstream_sessions AS session
LEFT JOIN (
  SELECT session_key, count(*) AS events, min(occurred_at) AS started_at,
    max(occurred_at) AS ended_at,
    count(*) FILTER (WHERE is_page_view(canonical_name, device_category)) AS page_views,
    count(*) FILTER (WHERE canonical_name = 'checkout_complete') AS checkouts,
    CASE
      WHEN count(*) > 5000
        OR count(DISTINCT coalesce('o' || order_id, 'e' || event_id::TEXT))
          FILTER (WHERE canonical_name = 'checkout_complete') > 100 THEN 'volume'
      WHEN bool_or(is_bot) THEN 'crawler' END AS bot_reason
  FROM clickstream_events GROUP BY session_key) AS counted USING (session_key)
WHERE (
  session.event_count, session.page_view_count, session.checkout_complete_count,
  session.started_at, session.ended_at, session.bot_reason)
  IS DISTINCT FROM (
    counted.events, counted.page_views, counted.checkouts,
    counted.started_at, counted.ended_at, counted.bot_reason)
  OR session.is_bot <> (session.bot_reason IS NOT NULL)
  OR (session.order_count IS NULL) <> (session.bot_reason IS NOT DISTINCT FROM 'volume')
