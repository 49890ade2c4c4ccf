-- Events that arrive out of order give a session a negative or an extreme length.
-- Reports: plausible/analytics #593; highlight/highlight #7926.

-- The queued event is the first one; an impossible wait counts as none.
SELECT count(*), min(duration_s), min(landing_page_path), min(exit_page_path)
FROM clickstream_sessions WHERE client_id = 'order-of-arrival';
--> 1|360|/a|/c
