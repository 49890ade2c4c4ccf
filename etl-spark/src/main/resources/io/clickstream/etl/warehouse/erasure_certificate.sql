SELECT requested_at, received_before, applied_at, version, client_ids, user_ids, event_ids,
  object_keys, events, sessions, duplicates, rejected, returned
FROM etl_erasures
WHERE request_id = :request_id
