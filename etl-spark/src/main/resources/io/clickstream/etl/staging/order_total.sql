-- noqa: disable=RF01
-- Value of the order of an event; NULL if it is unknown or the event is not an order.
-- Used as a LATERAL subquery beside an event.
SELECT
  CASE WHEN event.canonical_name = 'checkout_complete'
    THEN order_revenue_minor(
      event.order_value_minor, event.is_order_value_unusable, event.order_items) END AS order_total_minor
