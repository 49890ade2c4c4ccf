-- One product name in two Unicode forms is two products in a report.
-- Reports: sillsdev/TheCombine #3713; internetarchive/openlibrary #149.

-- Names, categories, brands and titles have one form.
SELECT count(DISTINCT context_product_name), count(DISTINCT context_product_category),
count(DISTINCT context_product_brand), count(DISTINCT page_title)
FROM event_details WHERE client_id LIKE 'nfc-NF%';
--> 1|1|1|1

-- The form is NFC.
SELECT bool_and(context_product_name IS NFC NORMALIZED)
FROM event_details WHERE client_id LIKE 'nfc-NF%';
--> t
