-- Grain: one row per record and matching erasure request; a record may be there several times.
-- Long ids are stored as their hash, after 'sha256:'.
SELECT record.place, erased.request_id
FROM ${records} record
CROSS JOIN LATERAL (
  VALUES
  ('client', encode(sha256(convert_to(record.client_id, 'UTF8')), 'hex')),
  ('client', substring(record.client_id FROM '^sha256:(.*)$')),
  ('user', encode(sha256(convert_to(record.user_id, 'UTF8')), 'hex')),
  ('user', substring(record.user_id FROM '^sha256:(.*)$')),
  ('event', record.event_id::TEXT),
  ('object', record.object_key),
  ('object', split_part(record.object_key, '#', 1))) own (kind, id)
JOIN ${erased_ids} erased
  ON erased.kind = own.kind AND erased.id = own.id
    AND (own.kind = 'object' OR record.event_timestamp < erased.received_before)
