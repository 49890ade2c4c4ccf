-- Indexes that no query has scanned. Unique ones keep rows apart in any case.
SELECT coalesce(string_agg(used.indexrelname, ', ' ORDER BY used.indexrelname), 'none')
FROM pg_stat_user_indexes AS used
JOIN pg_index AS index ON used.indexrelid = index.indexrelid
WHERE used.schemaname = 'public' AND used.idx_scan = 0 AND NOT index.indisunique
