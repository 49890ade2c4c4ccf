-- Grain: one row per rejected record that a new erasure request names.
SELECT stored.object_key, min(erased.request_id::TEXT)::UUID AS request_id
FROM rejected_records stored
JOIN ${erased_ids} erased
  ON erased.kind = 'object'
    AND erased.id IN (stored.object_key, split_part(stored.object_key, '#', 1))
GROUP BY stored.object_key
