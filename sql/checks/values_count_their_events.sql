-- Each value that events share stands once, with the number of its events.
SELECT kept.value_kind, kept.value_id, kept.events, counted.events AS stored
FROM (
  SELECT 'page' AS value_kind, page_id AS value_id, events FROM clickstream_pages
  UNION ALL
  SELECT 'referrer', referrer_id, events FROM clickstream_referrers
  UNION ALL
  SELECT 'agent', agent_id, events FROM clickstream_agents
  UNION ALL
  SELECT 'element', element_id, events FROM clickstream_elements) AS kept
FULL JOIN (
  SELECT value.value_kind, value.value_id, count(*) AS events
  FROM clickstream_events AS event
  CROSS JOIN LATERAL (VALUES
    ('page', event.page_id), ('referrer', event.referrer_id), ('agent', event.agent_id),
    ('element', event.element_id)) AS value (value_kind, value_id)
  WHERE value.value_id IS NOT NULL
  GROUP BY value.value_kind, value.value_id) AS counted USING (value_kind, value_id)
WHERE kept.events IS DISTINCT FROM counted.events
