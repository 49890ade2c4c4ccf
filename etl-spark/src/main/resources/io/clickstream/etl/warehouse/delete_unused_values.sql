-- Only values of replaced events can have become unused.
DELETE FROM ${table} stored
USING ${replaced_values} replaced
WHERE stored.${id} = replaced.${id} AND stored.events = 0
