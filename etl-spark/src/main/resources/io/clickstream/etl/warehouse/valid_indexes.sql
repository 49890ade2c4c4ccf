-- Without the index of TOAST values: a member of the owner could not drop an invalid one.
SELECT indexrelid::REGCLASS::TEXT
FROM pg_index
WHERE indrelid = '${table}'::REGCLASS AND indisvalid
ORDER BY indexrelid
