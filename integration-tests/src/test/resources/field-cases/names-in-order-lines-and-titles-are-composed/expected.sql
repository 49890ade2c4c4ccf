-- A name typed on a Mac is decomposed, and one product is two in every list.
-- Reports: openfoodfacts/openfoodfacts-server #8225; sillsdev/TheCombine #3713.

-- Names, categories and brands of lines are one each; ids keep their bytes.
SELECT count(DISTINCT product_name), count(DISTINCT category), count(DISTINCT brand),
count(DISTINCT product_id)
FROM clickstream_order_lines WHERE order_id = 'NFD-1';
--> 1|1|1|2

-- So are titles, categories of pages and campaigns.
SELECT page_title = 'Cà phê', page_category = 'Đồ uống', utm_campaign = 'Tết'
FROM event_details WHERE client_id = 'nfd' AND event_name = 'category_view';
--> t|t|t
