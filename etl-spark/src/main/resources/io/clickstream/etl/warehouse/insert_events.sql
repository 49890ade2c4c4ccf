INSERT INTO clickstream_events (${event_columns}, session_key)
SELECT ${event_columns}, session_key FROM ${event_rows}
