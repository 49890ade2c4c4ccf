-- Objects that a run leaves out: those that its version cannot load, or that it failed on itself.
SELECT object_key
FROM etl_quarantine
WHERE hour = any(:hours) AND (run_id = :run_id OR (version = :version AND NOT :retries))
