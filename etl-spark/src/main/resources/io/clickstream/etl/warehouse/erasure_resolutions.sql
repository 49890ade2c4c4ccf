-- Grain: one row per stored event to erase, in the form of duplicate_resolution.sql: the event is
-- replaced by no record. So the steps of a merge treat it like a replaced event.
SELECT
  NULL::TID AS staged_row, stored.raw_object_key, stored.event_id, stored.event_timestamp,
  stored.visitor_id, stored.occurred_at, stored.event_name, stored.client_id, stored.user_id,
  NULL::TEXT AS coerced_fields, stored.raw_object_key AS stored_raw_object_key,
  stored.visitor_id AS stored_visitor_id, stored.occurred_at AS stored_occurred_at,
  stored.event_name AS stored_event_name, TRUE AS wins
FROM ${matched_events} matched -- noqa: AL05
JOIN event_details stored USING (event_id)
