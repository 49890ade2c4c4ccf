-- Moves the rows of some pages: an inserted row goes where free space is known.
WITH moved AS (
  DELETE FROM ${table}
  WHERE ctid >= '(${first_page},0)' AND ctid < '(${end_page},0)'
  RETURNING *)

INSERT INTO ${table} SELECT * FROM moved
