-- Grain: one row per right of a role on an object of this database. Rights of the owner tell that the object exists.
WITH object (kind, name, part, acl, owner) AS (
  SELECT 'DATABASE', '', NULL, coalesce(datacl, acldefault('d', datdba)), datdba
  FROM pg_database
  WHERE datname = current_database()
  UNION ALL
  SELECT 'SCHEMA', quote_ident(nspname), NULL, coalesce(nspacl, acldefault('n', nspowner)), nspowner
  FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL
  SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%I.%I', nspname, relname),
    NULL,
    coalesce(
      relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)), -- noqa: RF06
    relowner
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'clickstream_staging')
  UNION ALL
  SELECT 'TABLE', format('%I.%I', nspname, relname), quote_ident(attname), attacl, relowner
  FROM pg_attribute
  JOIN pg_class ON pg_class.oid = attrelid
  JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE attacl IS NOT NULL AND NOT attisdropped
    AND nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'clickstream_staging')
  UNION ALL
  SELECT 'ROUTINE', format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(pg_proc.oid)),
    NULL, coalesce(proacl, acldefault('f', proowner)), proowner
  FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
)
SELECT kind, name, privilege_type || coalesce(' (' || part || ')', '') AS privilege,
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS grantee,
  is_grantable, grantee = owner AS is_owner
FROM object CROSS JOIN LATERAL aclexplode(acl)
