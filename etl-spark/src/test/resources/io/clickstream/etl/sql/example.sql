-- Grain: one row per event.
SELECT event_id, occurred_at::DATE AS day FROM ${events} AS event
WHERE event.visitor_id = :visitor_id AND event.occurred_at >= :since - INTERVAL '${gap_s} seconds'
  AND event.occurred_at < :since AND event.event_id NOT IN (SELECT event_id FROM ${events} WHERE rank > 1)
