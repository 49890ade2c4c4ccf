# The headline numbers of a range of days.

# One row. Visitors are counted once over the range, hence the grouping by visitor first.
overview_totals <- function(query, filters) {
  if (chooses_days_only(filters)) {
    return(cbind(distinct_visitors(query, filters), day_sums(query, filters)))
  }
  sessions <- query(sprintf("
    SELECT count(*) AS visitors, coalesce(sum(sessions), 0) AS sessions, coalesce(sum(engaged), 0) AS engaged,
      coalesce(sum(converted), 0) AS converted, coalesce(sum(page_views), 0) AS page_views,
      coalesce(sum(duration_s), 0) AS duration_s
    FROM (
      SELECT count(*) AS sessions, count(*) FILTER (WHERE session.is_engaged) AS engaged,
        count(*) FILTER (WHERE session.is_converted) AS converted, sum(session.page_view_count) AS page_views,
        sum(session.duration_s) AS duration_s
      FROM clickstream_sessions session
      WHERE %s
      GROUP BY session.visitor_id) visitor", chosen_sessions(filters)), filter_values(filters))
  cbind(sessions, new_visitors = new_visitors(query, filters), orders = orders_placed(query, filters))
}

# session_acquisition has a row for each session of people, and is the narrower table.
distinct_visitors <- function(query, filters) {
  query("
    SELECT count(*) AS visitors
    FROM (
      SELECT FROM session_acquisition visit WHERE visit.session_date BETWEEN :from_day::date AND :to_day::date
      GROUP BY visit.visitor_id) visitor", filter_values(filters))
}

day_sums <- function(query, filters) {
  query("
    SELECT coalesce(sum(sessions), 0) AS sessions, coalesce(sum(engaged_sessions), 0) AS engaged, coalesce(sum(converted_sessions), 0) AS converted,
      coalesce(sum(session_page_views), 0) AS page_views, coalesce(sum(duration_s), 0) AS duration_s,
      coalesce(sum(new_visitors), 0) AS new_visitors, coalesce(sum(orders), 0) AS orders
    FROM traffic_daily WHERE day BETWEEN :from_day::date AND :to_day::date", filter_values(filters))
}

new_visitors <- function(query, filters) {
  query(sprintf("
    SELECT count(*) AS visitors FROM session_acquisition visit
    WHERE visit.is_new_visitor AND %s", chosen_rows(filters, "visit", "session_date")), filter_values(filters))$visitors
}

orders_placed <- function(query, filters) {
  query(sprintf("
    SELECT count(*) AS orders FROM clickstream_orders placed
    WHERE %s", chosen_rows(filters, "placed", "order_date")), filter_values(filters))$orders
}

# A row a currency, the one with the most orders first.
revenue_by_currency <- function(query, filters) {
  query(sprintf("
    SELECT coalesce(placed.currency, '') AS currency, count(*) AS orders, coalesce(sum(placed.revenue_minor), 0) AS revenue_minor
    FROM clickstream_orders placed
    WHERE %s
    GROUP BY 1 ORDER BY orders DESC, currency", chosen_rows(filters, "placed", "order_date")), filter_values(filters))
}

# Sessions that are left out of everything else. Category and brand can't choose here: bots stand in no mart of products.
bots_left_out <- function(query, filters) {
  filters$categories <- filters$brands <- character()
  if (chooses_days_only(filters)) {
    return(query("
      SELECT coalesce(sum(bot_sessions), 0) AS sessions
      FROM traffic_daily WHERE day BETWEEN :from_day::date AND :to_day::date", filter_values(filters))$sessions)
  }
  query(sprintf("
    SELECT count(*) AS sessions FROM clickstream_sessions session
    WHERE session.is_bot AND %s", session_conditions(
      filters, "session", "session_date", login = login_of_session, channel = "session.default_channel_group")), filter_values(filters))$sessions
}

# A row a day of the range, days without a session included.
overview_days <- function(query, filters) {
  query(sprintf("
    SELECT day::date::text AS day, coalesce(visits.sessions, 0) AS sessions, coalesce(visits.visitors, 0) AS visitors,
      coalesce(visits.engaged, 0) AS engaged, coalesce(visits.converted, 0) AS converted, coalesce(placed.orders, 0) AS orders
    FROM generate_series(:from_day::date, :to_day::date, '1 day') AS days (day)
    LEFT JOIN (%s) visits ON visits.session_date = day
    LEFT JOIN (
      SELECT placed.order_date, count(*) AS orders
      FROM clickstream_orders placed
      WHERE %s
      GROUP BY placed.order_date) placed ON placed.order_date = day
    ORDER BY day", visits_by_day(filters), chosen_rows(filters, "placed", "order_date")), filter_values(filters))
}

visits_by_day <- function(filters) {
  if (chooses_days_only(filters)) {
    return("
      SELECT day AS session_date, visitors, sessions, engaged_sessions AS engaged, converted_sessions AS converted, session_page_views AS page_views
      FROM traffic_daily WHERE day BETWEEN :from_day::date AND :to_day::date AND sessions > 0")
  }
  sprintf("
      SELECT session_date, count(*) AS visitors, sum(sessions) AS sessions, sum(engaged) AS engaged, sum(converted) AS converted,
        sum(page_views) AS page_views
      FROM (
        SELECT session.session_date, count(*) AS sessions, count(*) FILTER (WHERE session.is_engaged) AS engaged,
          count(*) FILTER (WHERE session.is_converted) AS converted, sum(session.page_view_count) AS page_views
        FROM clickstream_sessions session
        WHERE %s
        GROUP BY session.session_date, session.visitor_id) visitor
      GROUP BY session_date", chosen_sessions(filters))
}

revenue_days <- function(query, filters) {
  query(sprintf("
    SELECT placed.order_date::text AS day, coalesce(placed.currency, '') AS currency, count(*) AS orders,
      coalesce(sum(placed.revenue_minor), 0) AS revenue_minor
    FROM clickstream_orders placed
    WHERE %s
    GROUP BY 1, 2 ORDER BY 1, 2", chosen_rows(filters, "placed", "order_date")), filter_values(filters))
}

session_shares <- function(query, filters, column) {
  stopifnot(column %in% c("default_channel_group", "device_category"))
  if (column == "default_channel_group" && chooses_days_only(filters)) {
    return(query("
      SELECT channel AS value, sum(sessions) AS sessions, sum(converted_sessions) AS converted
      FROM acquisition_daily WHERE day BETWEEN :from_day::date AND :to_day::date
      GROUP BY 1 ORDER BY sessions DESC, value", filter_values(filters)))
  }
  query(sprintf("
    SELECT coalesce(session.%1$s, '(unknown)') AS value, count(*) AS sessions,
      count(*) FILTER (WHERE session.is_converted) AS converted
    FROM clickstream_sessions session
    WHERE %2$s
    GROUP BY 1 ORDER BY sessions DESC, value", column, chosen_sessions(filters)), filter_values(filters))
}
