-- Conflicting: a loser that differs from the winner in visitor or event name, whether it was stored
-- before or is staged now.
SELECT
  count(*) FILTER (WHERE event.raw_object_key = resolution.raw_object_key) AS inserted,
  count(*) FILTER (
    WHERE NOT wins
      AND (resolution.visitor_id, resolution.event_name) IS DISTINCT FROM (event.visitor_id, event.event_name))
  + count(*) FILTER (
    WHERE wins AND stored_raw_object_key IS NOT NULL
      AND (stored_visitor_id, stored_event_name) IS DISTINCT FROM (event.visitor_id, event.event_name))
    AS conflicting_duplicates,
  min(event.event_timestamp) FILTER (WHERE event.raw_object_key = resolution.raw_object_key)
    AS oldest_event_timestamp
FROM ${resolutions} resolution
JOIN event_details event USING (event_id)
