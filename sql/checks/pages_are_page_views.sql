-- Each page of a session is viewed, and all of them at most as often as the session has page views.
SELECT session.session_key, session.page_view_count, page.views, page.without_views
FROM clickstream_sessions AS session
JOIN (
  SELECT session_key, sum(views) AS views, count(*) FILTER (WHERE views = 0) AS without_views
  FROM session_pages GROUP BY session_key) AS page USING (session_key)
WHERE page.views > session.page_view_count OR page.without_views > 0 OR session.is_bot
