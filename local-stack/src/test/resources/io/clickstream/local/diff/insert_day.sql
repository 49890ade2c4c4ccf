INSERT INTO traffic_daily (
  day, events, page_views, visitors, new_visitors, users, sessions, engaged_sessions,
  converted_sessions, session_page_views, duration_s, orders, bot_events, bot_sessions)
SELECT :day, 100, 100, :visitors, 0, 0, :sessions, 0, 0, 0, 0, 3, 0, 0
