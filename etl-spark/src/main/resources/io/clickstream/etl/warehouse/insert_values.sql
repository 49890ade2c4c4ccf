-- Counts the inserted events by their values.
INSERT INTO ${table} AS stored (${id}, ${columns}, events)
SELECT ${id}, ${columns}, events
FROM ${staged_values}
ORDER BY ${id}
ON CONFLICT (${id}) DO UPDATE SET events = stored.events + excluded.events
