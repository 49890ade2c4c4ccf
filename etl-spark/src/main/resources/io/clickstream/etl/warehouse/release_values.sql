-- Counts down the values of the stored events that are replaced.
UPDATE ${table} stored SET events = stored.events - replaced.events
FROM (SELECT ${id}, count(*) AS events FROM ${replaced_values} GROUP BY ${id}) replaced
WHERE stored.${id} = replaced.${id}
