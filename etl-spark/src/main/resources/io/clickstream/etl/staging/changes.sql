-- Grain: one row per changed place: the place of an inserted event, or the old place of a replaced
-- or erased one.
SELECT visitor_id, occurred_at, event_id, TRUE AS inserted
FROM ${resolutions}
WHERE wins AND staged_row IS NOT NULL
UNION ALL
SELECT stored_visitor_id, stored_occurred_at, event_id, FALSE
FROM ${resolutions}
WHERE wins AND stored_raw_object_key IS NOT NULL
