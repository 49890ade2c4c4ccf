DELETE FROM clickstream_events event
USING ${resolutions} resolution
WHERE resolution.wins AND resolution.stored_raw_object_key IS NOT NULL
  AND event.event_id = resolution.event_id
