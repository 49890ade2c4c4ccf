-- Grain: one row per view, with its comment.
SELECT class.relname AS view_name, obj_description(class.oid, 'pg_class') AS view_comment
FROM pg_class class
WHERE class.relnamespace = 'public'::REGNAMESPACE AND class.relkind = 'v'
ORDER BY class.relname
