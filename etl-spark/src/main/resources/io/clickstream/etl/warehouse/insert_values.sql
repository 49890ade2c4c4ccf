-- Counts the inserted events by their values. The value columns are functions of the id.
INSERT INTO ${table} AS stored (${id}, ${columns}, events)
SELECT event.${id}, ${event_columns}, count(*)
FROM ${resolutions} resolution
JOIN ${events} event ON resolution.staged_row = event.ctid
WHERE resolution.wins AND event.${id} IS NOT NULL
GROUP BY event.${id}, ${event_columns}
ORDER BY event.${id}
ON CONFLICT (${id}) DO UPDATE SET events = stored.events + excluded.events
