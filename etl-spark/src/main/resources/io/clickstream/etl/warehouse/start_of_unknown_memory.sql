-- Start of the earliest stored session, if the latest closing does not know yet what to remember.
SELECT coalesce((SELECT min(started_at) FROM clickstream_sessions), closing.closed_before)
FROM etl_closings AS closing
WHERE closing.closed_before = closed_before() AND closing.remembered_from IS NULL
