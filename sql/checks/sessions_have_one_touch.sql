-- The referrer, campaign and click id of each session are those of one of its events.
SELECT session.session_key, session.referrer, session.utm_source, session.utm_medium,
  session.utm_campaign, session.click_id
FROM clickstream_sessions AS session
WHERE NOT EXISTS (
  SELECT FROM event_details AS event
  WHERE event.session_key = session.session_key
    AND event.referrer IS NOT DISTINCT FROM session.referrer
    AND (
      (event.utm_source, event.utm_medium, event.utm_campaign, event.utm_term, event.utm_content,
        event.click_id, event.click_id_type)
      IS NOT DISTINCT FROM (
        session.utm_source, session.utm_medium, session.utm_campaign, session.utm_term,
        session.utm_content, session.click_id, session.click_id_type)
      OR (event.event_id = session.first_event_id
        AND num_nonnulls(session.utm_source, session.utm_medium, session.utm_campaign,
          session.utm_term, session.utm_content, session.click_id) = 0)))
