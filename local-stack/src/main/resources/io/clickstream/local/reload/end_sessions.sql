-- Ends the sessions of databases, but not one of them. Returns how many there were.
SELECT count(pg_terminate_backend(pid))
FROM pg_stat_activity
WHERE datid = any(:databases) AND pid <> :spared AND pid <> pg_backend_pid()
