-- A server that renders or prefetches pages sends views of them, and each page of a path is there
-- twice.
-- Reports: SigNoz/signoz.io PR #2432; PrestaShop/ganalytics PR #11.

-- The page path has what the visitor saw; the event path has all.
SELECT kind, steps FROM session_paths JOIN clickstream_sessions USING (session_key)
WHERE client_id = 'shown' ORDER BY kind;
--> event|{home_view,page_view,category_view,product_view,category_view,product_view}
--> page|{home_view,category_view,product_view}

-- It has as many pages as the session counts, but for repeats.
SELECT page_view_count FROM clickstream_sessions WHERE client_id = 'shown';
--> 4
