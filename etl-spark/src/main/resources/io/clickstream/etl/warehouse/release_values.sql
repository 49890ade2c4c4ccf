-- Counts down the values of the stored events that are replaced.
UPDATE ${table} stored SET events = stored.events - replaced.events
FROM (
  SELECT event.${id}, count(*) AS events
  FROM ${resolutions} resolution
  JOIN clickstream_events event USING (event_id)
  WHERE resolution.wins AND resolution.stored_raw_object_key IS NOT NULL
  GROUP BY event.${id}) replaced
WHERE stored.${id} = replaced.${id}
