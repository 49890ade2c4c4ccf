-- Grain: one row per stored duplicate that a new erasure request matches.
SELECT stored.object_key, min(matching.request_id::TEXT)::UUID AS request_id
FROM ${matching} matching
JOIN duplicate_records stored ON matching.place = stored.ctid
GROUP BY stored.object_key
