-- The peer's table without indexes. The writer appends to it between the two parts.
CREATE UNLOGGED TABLE rows_by_jdbc AS SELECT ${columns} FROM clickstream_events WITH NO DATA;
----
-- The first row of each event id. The job's sort memory, since the default would sort on disk.
-- The peer computes no sessions: each event stands for its own.
ANALYZE rows_by_jdbc;
SET work_mem = '128MB';
INSERT INTO clickstream_events (${columns}, session_key)
SELECT DISTINCT ON (event_id) ${columns}, event_id
FROM rows_by_jdbc
ORDER BY event_id, event_timestamp, raw_hour, raw_id, raw_line
ON CONFLICT (event_id) DO NOTHING;
