# The headline numbers of a range.

visit_counts <- c("sessions", "engaged", "converted", "page_views", "duration_s")

#' Returns the additive counts per day, channel and device. The page reads sessions once, here.
visits_of_days <- function(query, filters) {
  query(
    sprintf(
      "
    SELECT visit.session_date::text AS day, visit.channel,
      coalesce(visit.device_category, '(unknown)') AS device,
      count(*) AS sessions, count(*) FILTER (WHERE visit.is_engaged) AS engaged,
      count(*) FILTER (WHERE visit.is_converted) AS converted,
      sum(visit.page_view_count) AS page_views, sum(visit.duration_s) AS duration_s
    FROM session_acquisition visit
    WHERE %s
    GROUP BY visit.session_date, visit.channel, visit.device_category
    ORDER BY 1, 2, 3",
      chosen_rows(filters, "visit", "session_date")
    ),
    filter_values(filters)
  )
}

#' Adds up counts per value of a column. A value without rows has 0.
sums_by <- function(rows, column, values, counts = visit_counts) {
  place <- factor(rows[[column]], values)
  sums <- lapply(stats::setNames(counts, counts), function(count) {
    sums <- tapply(rows[[count]], place, sum)
    as.vector(ifelse(is.na(sums), 0, sums))
  })
  data.frame(stats::setNames(list(values), column), sums, stringsAsFactors = FALSE)
}

#' Returns one row: visitors and new visitors. Each counts once over the range.
visitors_of_range <- function(query, filters) {
  query(
    sprintf(
      "
    SELECT count(*) AS visitors, coalesce(sum(new_visitors), 0) AS new_visitors
    FROM (
      SELECT count(*) FILTER (WHERE visit.is_new_visitor) AS new_visitors
      FROM session_acquisition visit
      WHERE %s
      GROUP BY visit.visitor_id) visitor",
      chosen_rows(filters, "visit", "session_date")
    ),
    filter_values(filters)
  )
}

#' Returns the distinct visitors per day.
visitors_of_days <- function(query, filters) {
  if (chooses_days_only(filters)) {
    return(query(
      "
      SELECT day::text AS day, visitors FROM traffic_daily
      WHERE day BETWEEN :from_day::date AND :to_day::date ORDER BY 1",
      filter_values(filters)
    ))
  }
  query(
    sprintf(
      "
    SELECT session_date::text AS day, count(*) AS visitors
    FROM (
      SELECT visit.session_date FROM session_acquisition visit
      WHERE %s
      GROUP BY visit.session_date, visit.visitor_id) visitor
    GROUP BY session_date ORDER BY 1",
      chosen_rows(filters, "visit", "session_date")
    ),
    filter_values(filters)
  )
}

#' Returns the number of orders in the range.
orders_placed <- function(query, filters) sum(revenue_days(query, filters)$orders)

#' Returns one row: the numbers in the boxes of the page.
overview_totals <- function(
  query,
  filters,
  visits = visits_of_days(query, filters),
  money = revenue_days(query, filters)
) {
  sums <- lapply(visits[visit_counts], sum)
  cbind(visitors_of_range(query, filters), sums, orders = sum(money$orders))
}

#' Returns one row per day of the range, days without a session included.
overview_days <- function(
  query,
  filters,
  visits = visits_of_days(query, filters),
  money = revenue_days(query, filters)
) {
  days <- format(seq(filters$from, filters$to, by = "day"))
  rows <- sums_by(visits, "day", days)
  rows$visitors <- sums_by(visitors_of_days(query, filters), "day", days, "visitors")$visitors
  rows$orders <- sums_by(money, "day", days, "orders")$orders
  rows
}

#' Returns one row per channel (device), by descending sessions.
session_shares <- function(visits, column) {
  rows <- sums_by(visits, column, sort(unique(visits[[column]])))
  rows[order(-rows$sessions), , drop = FALSE]
}

#' Returns one row per currency, by descending orders.
revenue_by_currency <- function(query, filters, money = revenue_days(query, filters)) {
  rows <- sums_by(
    money,
    "currency",
    sort(unique(money$currency), method = "radix"),
    c("orders", "revenue_minor")
  )
  rows[order(-rows$orders), , drop = FALSE]
}

#' Returns the number of bot sessions in these days, whatever the other filters.
bots_left_out <- function(query, filters) {
  query(
    "
    SELECT coalesce(sum(bot_sessions), 0) AS sessions
    FROM traffic_daily WHERE day BETWEEN :from_day::date AND :to_day::date",
    filter_values(filters)
  )$sessions
}

#' Returns one row per day and currency with an order. The page reads orders once, here.
revenue_days <- function(query, filters) {
  query(
    sprintf(
      "
    SELECT placed.order_date::text AS day, coalesce(placed.currency, '') AS currency,
      count(*) AS orders,
      coalesce(sum(placed.revenue_minor), 0) AS revenue_minor
    FROM clickstream_orders placed
    WHERE %s
    GROUP BY 1, 2 ORDER BY 1, 2",
      chosen_rows(filters, "placed", "order_date")
    ),
    filter_values(filters)
  )
}
