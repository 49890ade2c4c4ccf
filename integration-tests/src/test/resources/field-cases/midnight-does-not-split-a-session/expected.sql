-- A visit over midnight becomes two visits, and the second one has no source.
-- Reports: matomo-org/matomo #6217; matomo-org/matomo #9156; TryGhost/Ghost #25734.

-- Midnight of the shop and midnight of UTC split nothing.
SELECT count(*), min(event_count), max(event_count)
FROM clickstream_sessions WHERE client_id = 'midnight';
--> 2|2|2
