-- Customer n has n orders of n * 100, the last of them n days after 20 November.
INSERT INTO clickstream_orders
SELECT 'o' || customer || '/' || nth, md5(customer || '/' || nth)::UUID,
  md5('s' || customer)::UUID, 'c:' || customer, nullif('user ' || customer, 'user 5'),
  '2026-11-20 12:00+00', DATE '2026-11-20' + customer, 'any', 'guest', 0, 100 * customer,
  'VND'
FROM generate_series(1, 5) AS customer, generate_series(1, customer) AS nth
