-- Grain: one row per record and matching erasure request; a record may be there several times.
-- Long ids are stored as their hash, after 'sha256:'.
SELECT record.place, erased.request_id
FROM ${records} record
JOIN ${erased_ids} erased
  ON erased.kind = 'client'
    AND erased.id = encode(sha256(convert_to(record.client_id, 'UTF8')), 'hex')
    AND record.event_timestamp < erased.received_before
UNION ALL
SELECT record.place, erased.request_id
FROM ${records} record
JOIN ${erased_ids} erased
  ON erased.kind = 'client' AND erased.id = substr(record.client_id, 8)
    AND record.event_timestamp < erased.received_before
WHERE starts_with(record.client_id, 'sha256:')
UNION ALL
SELECT record.place, erased.request_id
FROM ${records} record
JOIN ${erased_ids} erased
  ON erased.kind = 'user'
    AND erased.id = encode(sha256(convert_to(record.user_id, 'UTF8')), 'hex')
    AND record.event_timestamp < erased.received_before
UNION ALL
SELECT record.place, erased.request_id
FROM ${records} record
JOIN ${erased_ids} erased
  ON erased.kind = 'user' AND erased.id = substr(record.user_id, 8)
    AND record.event_timestamp < erased.received_before
WHERE starts_with(record.user_id, 'sha256:')
UNION ALL
SELECT record.place, erased.request_id
FROM ${records} record
JOIN ${erased_ids} erased
  ON erased.kind = 'event' AND erased.id = record.event_id::TEXT
    AND record.event_timestamp < erased.received_before
UNION ALL
SELECT record.place, erased.request_id
FROM ${records} record
JOIN ${erased_ids} erased ON erased.kind = 'object' AND erased.id = record.object_key
UNION ALL
SELECT record.place, erased.request_id
FROM ${records} record
JOIN ${erased_ids} erased
  ON erased.kind = 'object' AND erased.id = split_part(record.object_key, '#', 1)
