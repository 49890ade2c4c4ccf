-- noqa: disable=RF01
-- Values of a stored session that its own columns in session_input do not hold.
-- Used as a LATERAL subquery beside a session.
SELECT
  jsonb_build_object(
    'event_count', session.event_count,
    'page_view_count', session.page_view_count,
    'product_view_count', session.product_view_count,
    'add_to_cart_count', session.add_to_cart_count,
    'remove_from_cart_count', session.remove_from_cart_count,
    'checkout_start_count', session.checkout_start_count,
    'checkout_complete_count', session.checkout_complete_count,
    'landing_page_url', session.landing_page_url,
    'landing_page_path', session.landing_page_path,
    'first_event_name', session.first_event_name,
    'bot_reason', session.bot_reason,
    -- True unless all events are a back end's. Only a session of such is searched for another
    -- event, and it has at most 5,000: one that is over its budget gets no first touch any more.
    'has_touch', CASE
      WHEN session.device_category IS NOT NULL OR session.landing_page_url IS NOT NULL
        OR session.bot_reason IS NOT DISTINCT FROM 'volume' THEN TRUE
      ELSE EXISTS (
        SELECT FROM clickstream_events stored
        WHERE stored.session_key = session.session_key
          AND stored.device_category IS DISTINCT FROM 'server') END,
    -- The orders of a session are at most 100: one that is over its budget keeps none.
    'orders', CASE WHEN coalesce(session.order_count, 0) = 0 THEN '[]' ELSE (
      SELECT jsonb_agg(
        jsonb_build_object('event_id', event.event_id, 'order_id', event.order_id,
          'order_total_minor', total.order_total_minor, 'currency', event.currency)
        ORDER BY event.occurred_at, event.event_id)
      FROM (
        SELECT DISTINCT ON (stored.order_id, one.event_id) stored.*
        FROM clickstream_events stored
        CROSS JOIN LATERAL (
          SELECT CASE WHEN stored.order_id IS NULL THEN stored.event_id END AS event_id) one
        WHERE stored.session_key = session.session_key
          AND stored.canonical_name = 'checkout_complete'
        ORDER BY stored.order_id, one.event_id, stored.occurred_at, stored.event_id) event
      CROSS JOIN LATERAL ${order_total} total) END) AS continued
