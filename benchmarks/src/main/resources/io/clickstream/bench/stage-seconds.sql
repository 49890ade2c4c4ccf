-- The seconds of each stage of all slices, longest first, in one line.
SELECT string_agg(stage || ' ' || seconds, ', ')
FROM (
  SELECT key AS stage, round(sum(value::NUMERIC), 2) AS seconds
  FROM etl_runs, jsonb_each_text(stage_seconds)
  GROUP BY key
  ORDER BY 2 DESC) AS stages
