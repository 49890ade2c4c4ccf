-- The proof covers all requests that were applied before it; the digests are those of one erasure.
UPDATE etl_erasures SET
  proved_at = clock_timestamp(),
  digest_before
    = CASE WHEN request_id = :request_id THEN :digest_before ELSE etl_erasures.digest_before END,
  digest_after
    = CASE WHEN request_id = :request_id THEN :digest_after ELSE etl_erasures.digest_after END
WHERE request_id = any(:request_ids)
