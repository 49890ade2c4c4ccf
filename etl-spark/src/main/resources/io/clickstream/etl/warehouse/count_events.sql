-- Conflicting: a loser that differs from the winner in visitor or event name, whether it was stored
-- before or is staged now. OFFSET 0 computes the key of an event once.
SELECT
  count(*) FILTER (WHERE is_inserted) AS inserted,
  count(*) FILTER (
    WHERE NOT wins AND (visitor_id, event_name) IS DISTINCT FROM (kept_visitor_id, kept_event_name))
  + count(*) FILTER (
    WHERE wins AND stored_raw_object_key IS NOT NULL
      AND (stored_visitor_id, stored_event_name) IS DISTINCT FROM (kept_visitor_id, kept_event_name))
    AS conflicting_duplicates,
  min(event_timestamp) FILTER (WHERE is_inserted) AS oldest_event_timestamp
FROM (
  SELECT
    resolution.wins, resolution.visitor_id, resolution.event_name, resolution.stored_raw_object_key,
    resolution.stored_visitor_id, resolution.stored_event_name, event.event_timestamp,
    event.visitor_id AS kept_visitor_id, event.event_name AS kept_event_name,
    event.raw_object_key = resolution.raw_object_key AS is_inserted
  FROM ${resolutions} resolution
  JOIN event_details event USING (event_id)
  OFFSET 0) counted
