-- Grain: one row per value of the staged records that win. The value columns are functions of the id.
SELECT event.${id}, ${event_columns}, count(*) AS events
FROM ${resolutions} resolution
JOIN ${events} event ON resolution.staged_row = event.ctid
WHERE resolution.wins AND event.${id} IS NOT NULL
GROUP BY event.${id}, ${event_columns}
