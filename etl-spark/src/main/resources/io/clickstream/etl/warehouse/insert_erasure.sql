INSERT INTO etl_erasures (
  request_id, requested_at, received_before, client_ids, user_ids, event_ids, object_keys, run_id,
  applied_at, version)
VALUES (
  :request_id, :requested_at, :received_before, :client_ids, :user_ids, :event_ids, :object_keys,
  :run_id, clock_timestamp(), :version)
