-- Grain: one row per id of an applied request. With the time in microseconds since 1970: parsing the
-- text of ten thousand times takes longer than the query.
SELECT kind, id, (extract(EPOCH FROM received_before) * 1000000)::BIGINT AS received_before_micros
FROM etl_erased_ids
