-- Grain: one row per setting of a database for everyone or for one role: the rest of the statement ALTER … SET.
SELECT
  CASE setrole WHEN 0 THEN '' ELSE quote_ident(pg_get_userbyid(setrole)) END AS role,
  split_part(setting, '=', 1) AS name,
  substr(setting, strpos(setting, '=') + 1) AS value
FROM pg_db_role_setting
JOIN pg_database ON pg_database.oid = setdatabase
CROSS JOIN LATERAL unnest(setconfig) AS setting
WHERE datname = :database
