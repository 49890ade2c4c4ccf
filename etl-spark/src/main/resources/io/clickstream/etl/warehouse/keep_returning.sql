-- Leaves the staged records that are to return. The others of a batch are stored already, or another
-- run has loaded them since.
DELETE FROM ${staged} staged
WHERE NOT EXISTS (
  SELECT FROM etl_returning_records wanted WHERE wanted.object_key = staged.${key})
