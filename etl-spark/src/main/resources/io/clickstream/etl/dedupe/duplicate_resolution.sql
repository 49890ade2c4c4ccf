-- Grain: one row per staged record that no other run has loaded in the meantime.
-- The winner of all records with one event_id is a signed one, if there is any: anyone may send an id that can be
-- guessed before the back end does. Of equals, the one with the smallest (event_timestamp, raw_object_key) wins.
-- A task that ran twice has staged its records twice, with equal values: is_repeated drops the copies.
SELECT
  candidate.staged_row, candidate.raw_object_key, candidate.event_id,
  candidate.event_timestamp, candidate.visitor_id, candidate.occurred_at,
  candidate.event_name, candidate.client_id, candidate.user_id, candidate.coerced_fields,
  stored.raw_object_key AS stored_raw_object_key, stored.visitor_id AS stored_visitor_id,
  stored.occurred_at AS stored_occurred_at, stored.event_name AS stored_event_name,
  candidate.rank = 1
    AND (stored.event_id IS NULL
      OR (NOT candidate.is_signed, candidate.event_timestamp, candidate.raw_object_key)
        < (NOT stored.is_signed, stored.event_timestamp, stored.raw_object_key)) AS wins
FROM (
  SELECT
    staged.ctid AS staged_row, staged.*,
    row_number() OVER same_event AS rank,
    coalesce(lag(raw_object_key) OVER same_event = raw_object_key, FALSE) AS is_repeated
  FROM ${staged_events} staged
  WHERE NOT EXISTS (
    SELECT FROM ${superseded} other
    WHERE other.object_key = split_part(staged.raw_object_key, '#', 1))
  WINDOW same_event AS (
    PARTITION BY event_id
    ORDER BY is_signed DESC, event_timestamp ASC, raw_object_key COLLATE "C" ASC)) candidate
LEFT JOIN event_details stored USING (event_id)
WHERE NOT candidate.is_repeated
