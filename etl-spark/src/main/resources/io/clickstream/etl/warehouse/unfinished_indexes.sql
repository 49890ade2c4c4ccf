-- Names that REINDEX CONCURRENTLY gives to an index that it builds or replaces.
SELECT index.indexrelid::REGCLASS::TEXT
FROM pg_index AS index
JOIN pg_class AS named ON named.oid = index.indexrelid
WHERE NOT index.indisvalid AND named.relnamespace = 'public'::REGNAMESPACE
  AND named.relname ~ '_cc(new|old)[0-9]*$'
