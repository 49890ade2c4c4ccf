-- Without the index of TOAST values: a member of the owner could not drop it if a kill left it invalid.
SELECT indexrelid::REGCLASS::TEXT
FROM pg_index
WHERE indrelid = '${table}'::REGCLASS AND indisvalid
ORDER BY indexrelid
