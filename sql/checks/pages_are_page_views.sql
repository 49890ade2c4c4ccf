-- The page views of a session's pages are among those of the session, each at a place of its own.
SELECT session.session_key, session.page_view_count, page.views, page.places
FROM clickstream_sessions AS session
JOIN (
  SELECT session_key, sum(views) AS views, sum(coalesce(cardinality(places), 1)) AS places
  FROM session_pages GROUP BY session_key) AS page USING (session_key)
WHERE page.views > session.page_view_count OR page.views <> page.places OR session.is_bot
