-- Grain: one row per stored event that is replaced: the values that it shares with others.
SELECT ${ids}
FROM ${resolutions} resolution
JOIN clickstream_events event USING (event_id) -- noqa: AL05
WHERE resolution.wins AND resolution.stored_raw_object_key IS NOT NULL
