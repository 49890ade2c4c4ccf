-- Nothing new was listed: the hour is complete unless a later listing found something.
UPDATE etl_hours SET
  complete = :listed_at >= last_listed_at,
  last_listed_at = greatest(:listed_at, last_listed_at)
WHERE hour = :hour
