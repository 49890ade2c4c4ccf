-- An order is credited to a visit after it, or to one from long before.
-- Reports: Inikoo-Ltd/aiku #2540.

-- The visit a microsecond before the 90 days and the visit after the order get nothing.
SELECT source, linear_minor FROM order_touches WHERE order_id = 'CREDIT-1' ORDER BY touch;
--> first|90

-- The visit exactly 90 days before the order gets the credit.
SELECT source, linear_minor FROM order_touches WHERE order_id = 'CREDIT-2' ORDER BY touch;
--> exact|50
