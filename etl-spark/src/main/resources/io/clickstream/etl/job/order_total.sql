-- noqa: disable=RF01
-- The order's value as sent, else the sum of its lines; NULL if that does not fit into BIGINT.
-- Used as a LATERAL subquery beside an event.
SELECT
  CASE WHEN event.event_name = 'checkout_complete' THEN coalesce(event.order_value_minor, (
    SELECT CASE WHEN abs(sum(line.total)) <= 9223372036854775807 THEN sum(line.total)::BIGINT END
    FROM (
      SELECT coalesce((item ->> 'quantity')::NUMERIC, 1) * coalesce(
        (item ->> 'discount_price_minor')::NUMERIC, (item ->> 'price_minor')::NUMERIC) AS total
      FROM jsonb_array_elements(event.order_items) item) line)) END AS order_total_minor
