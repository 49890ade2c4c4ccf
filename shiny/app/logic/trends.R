# Sessions over time.

grains <- c(day = "Days", hour = "Hours")

# A row a day or an hour with a session; the hours are those of the reporting zone.
trend <- function(query, filters, zone, grain) {
  stopifnot(grain %in% names(grains))
  if (grain == "day") {
    return(query(sprintf("
      SELECT to_char(session_date, 'YYYY-MM-DD 00:00') AS at, sessions, visitors, page_views, engaged, converted
      FROM (%s) visits ORDER BY session_date", visits_by_day(filters)), filter_values(filters)))
  }
  query(sprintf("
    SELECT to_char(at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI') AS at, sum(sessions) AS sessions, count(*) AS visitors,
      sum(page_views) AS page_views, sum(engaged) AS engaged, sum(converted) AS converted
    FROM (
      SELECT date_trunc('hour', session.started_at, :zone) AS at, count(*) AS sessions, sum(session.page_view_count) AS page_views,
        count(*) FILTER (WHERE session.is_engaged) AS engaged, count(*) FILTER (WHERE session.is_converted) AS converted
      FROM clickstream_sessions session
      WHERE %s
      GROUP BY 1, session.visitor_id) visitor
    GROUP BY visitor.at ORDER BY visitor.at", chosen_sessions(filters)), c(filter_values(filters), zone = zone))
}

# Weekday (1: Monday) and hour, with the sessions of a usual one: their sum over the number of such weekdays in the range.
week_pattern <- function(query, filters, zone) {
  query(sprintf("
    SELECT started.weekday::int AS weekday, started.hour::int AS hour, started.sessions, days.days::int AS days,
      started.sessions::float8 / days.days AS average
    FROM (%s) started
    JOIN (
      SELECT extract(isodow FROM day) AS weekday, count(*) AS days
      FROM generate_series(:from_day::date, :to_day::date, '1 day') AS days (day) GROUP BY 1) days USING (weekday)
    WHERE started.sessions > 0
    ORDER BY weekday, hour", if (chooses_days_only(filters)) "
      SELECT extract(isodow FROM day) AS weekday, extract(hour FROM hour AT TIME ZONE :zone) AS hour, sum(sessions) AS sessions
      FROM traffic_hourly WHERE day BETWEEN :from_day::date AND :to_day::date
      GROUP BY 1, 2" else sprintf("
      SELECT extract(isodow FROM session.session_date) AS weekday, extract(hour FROM session.started_at AT TIME ZONE :zone) AS hour,
        count(*) AS sessions
      FROM clickstream_sessions session
      WHERE %s
      GROUP BY 1, 2", chosen_sessions(filters))), c(filter_values(filters), zone = zone))
}

# Events of people by day and name; of the filters only the login state is known of an event.
event_days <- function(query, filters) {
  login <- if (filters$login == "all") "" else "AND user_login_state = :login"
  query(sprintf("
    SELECT day::text AS day, event_name, sum(events) AS events
    FROM event_hourly
    WHERE day BETWEEN :from_day::date AND :to_day::date %s
    GROUP BY day, event_name ORDER BY day, event_name", login), filter_values(filters))
}

unusual_days <- function(query, filters) {
  query("
    SELECT day::text AS day, events, median_events, robust_z::float8 AS robust_z
    FROM v_volume_anomaly
    WHERE day BETWEEN :from_day::date AND :to_day::date
    ORDER BY day", filter_values(filters))
}
