-- A page sends page_view and view_item, and its views are twice those of another tool.
-- Reports: analyzify/shopify-pixels #3; matomo-org/matomo #20314.

-- One view per event: docs/definitions.md says to send one of the two. The product is viewed once.
SELECT client_id, page_view_count, product_view_count, is_bounce
FROM clickstream_sessions WHERE client_id IN ('once', 'twice') ORDER BY client_id;
--> once|1|1|t
--> twice|2|1|f
