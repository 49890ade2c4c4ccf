-- The options of CREATE DATABASE that make a database like this one.
SELECT
  format(
    'OWNER %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
    pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype)
  -- Only superusers may name the default one.
  || CASE spcname WHEN 'pg_default' THEN '' ELSE format(' TABLESPACE %I', spcname) END
  || CASE datlocprovider
    WHEN 'i' THEN format(
      ' LOCALE_PROVIDER icu ICU_LOCALE %L',
      coalesce(to_jsonb(pg_database) ->> 'datlocale', to_jsonb(pg_database) ->> 'daticulocale'))
    WHEN 'b' THEN format(
      ' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(pg_database) ->> 'datlocale')
    ELSE ' LOCALE_PROVIDER libc' END
FROM pg_database JOIN pg_tablespace ON pg_tablespace.oid = dattablespace
WHERE datname = :database
