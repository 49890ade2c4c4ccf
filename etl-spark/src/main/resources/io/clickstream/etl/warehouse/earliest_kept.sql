-- Sessions of 24 hours from an instant: the start of the earliest one that claims an order of the
-- open period, and the start of the earliest one of the closed period after these hours.
SELECT
  (
    SELECT min(kept.started_at)
    FROM clickstream_sessions AS kept
    WHERE kept.started_at >= :begins_at::TIMESTAMPTZ
      AND kept.started_at < least(:begins_at::TIMESTAMPTZ + INTERVAL '24 hours', closed_before())
      AND kept.is_converted
      AND NOT EXISTS (
        SELECT FROM sessions_to_close AS going WHERE going.session_key = kept.session_key)),
  (
    SELECT min(later.started_at)
    FROM clickstream_sessions AS later
    WHERE later.started_at >= :begins_at::TIMESTAMPTZ + INTERVAL '24 hours'
      AND later.started_at < closed_before())
