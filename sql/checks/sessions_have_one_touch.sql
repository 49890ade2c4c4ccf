-- The referrer, campaign and click id of each session are those of one event of its visitor, not of
-- a back end. A session without such an event has none.
SELECT session.session_key, session.referrer, session.utm_source, session.utm_medium,
  session.utm_campaign, session.click_id
FROM clickstream_sessions AS session
LEFT JOIN LATERAL (
  SELECT event.event_id
  FROM clickstream_events AS event
  WHERE event.session_key = session.session_key AND event.device_category IS DISTINCT FROM 'server'
  ORDER BY event.occurred_at, event.event_id LIMIT 1) AS opening ON TRUE
WHERE NOT EXISTS (
  SELECT FROM event_details AS event
  WHERE event.session_key = session.session_key
    AND event.device_category IS DISTINCT FROM 'server'
    AND event.referrer IS NOT DISTINCT FROM session.referrer
    AND (
      (event.utm_source, event.utm_medium, event.utm_campaign, event.utm_term, event.utm_content,
        event.click_id, event.click_id_type)
      IS NOT DISTINCT FROM (
        session.utm_source, session.utm_medium, session.utm_campaign, session.utm_term,
        session.utm_content, session.click_id, session.click_id_type)
      OR (event.event_id = opening.event_id
        AND num_nonnulls(session.utm_source, session.utm_medium, session.utm_campaign,
          session.utm_term, session.utm_content, session.click_id) = 0)))
  AND NOT ((opening.event_id IS NULL OR session.bot_reason IS NOT DISTINCT FROM 'volume')
    AND num_nonnulls(session.referrer, session.utm_source, session.utm_medium, session.utm_campaign,
      session.utm_term, session.utm_content, session.click_id) = 0)
