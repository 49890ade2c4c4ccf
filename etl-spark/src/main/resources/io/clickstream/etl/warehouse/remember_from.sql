-- No session is longer than 18 hours, so the earliest one that stays began 66 hours before the end
-- of the period, or claims an order of the open period. Sessions of 90 days before it are remembered.
UPDATE etl_closings
SET remembered_from
  = least(closed_before - INTERVAL '66 hours', :kept::TIMESTAMPTZ) - INTERVAL '2160 hours'
WHERE closed_before = closed_before() AND remembered_from IS NULL
