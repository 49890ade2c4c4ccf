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
      chosen_visits(filters)
    ),
    filter_values(filters)
  )
}

#' Adds up known values; the sum of none is NA.
known_sum <- function(values) {
  known <- values[!is.na(values)]
  if (length(known) == 0 && length(values) > 0) NA_real_ else sum(known)
}

#' Adds up counts per value of a column. A value without rows has 0.
sums_by <- function(rows, column, values, counts = visit_counts) {
  place <- factor(rows[[column]], values)
  sums <- lapply(stats::setNames(counts, counts), function(count) {
    sums <- tapply(rows[[count]], place, known_sum)
    as.vector(ifelse(is.na(sums) & !(values %in% rows[[column]]), 0, sums))
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
      chosen_visits(filters)
    ),
    filter_values(filters)
  )
}

#' Returns the distinct visitors per period of a grain: day, week or month.
visitors_of_periods <- function(query, filters, grain = "day") {
  if (grain == "day" && chooses_days_only(filters)) {
    return(query(
      "
      SELECT day::text AS at, visitors FROM traffic_daily
      WHERE day BETWEEN :from_day::date AND :to_day::date ORDER BY 1",
      filter_values(filters)
    ))
  }
  query(
    sprintf(
      "
    SELECT at::date::text AS at, count(*) AS visitors
    FROM (
      SELECT date_trunc(:grain, visit.session_date::timestamp) AS at FROM session_acquisition visit
      WHERE %s
      GROUP BY 1, visit.visitor_id) visitor
    GROUP BY 1 ORDER BY 1",
      chosen_visits(filters)
    ),
    c(filter_values(filters), grain = grain)
  )
}

# ── Periods ──

#' Returns the first day of the day, ISO week or month of some days.
period_of <- function(day, grain) {
  day <- as.Date(day)
  switch(
    grain,
    week = format(day - (as.integer(format(day, "%u")) - 1)),
    month = format(day, "%Y-%m-01"),
    format(day)
  )
}

#' Returns the number of days of a period.
period_days <- function(at, grain) {
  switch(
    grain,
    week = 7L,
    month = as.integer(
      vapply(as.Date(at), function(day) seq(day, by = "month", length.out = 2)[2] - day, 0)
    ),
    1L
  )
}

#' Returns one row per period of the range: its number of loaded days, and whether all of it is in
#' the range and loaded.
periods <- function(filters, grain) {
  days <- drawn_days(filters)
  at <- unique(period_of(days, grain))
  loaded <- filters$loaded
  per <- function(rows) as.vector(table(factor(period_of(rows$day, grain), at)))
  data.frame(
    at = at,
    days = per(loaded),
    whole = per(loaded[loaded$complete, ]) == period_days(at, grain),
    stringsAsFactors = FALSE
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

#' Returns one row per period of the range. Periods without a loaded day have NA.
overview_periods <- function(
  query,
  filters,
  visits = visits_of_days(query, filters),
  money = revenue_days(query, filters),
  grain = "day"
) {
  rows <- periods(filters, grain)
  visits$at <- period_of(visits$day, grain)
  money$at <- period_of(money$day, grain)
  counted <- sums_by(visits, "at", rows$at)
  counted$visitors <- sums_by(
    visitors_of_periods(query, filters, grain),
    "at",
    rows$at,
    "visitors"
  )$visitors
  counted$orders <- sums_by(money, "at", rows$at, "orders")$orders
  counted[rows$days == 0, setdiff(names(counted), "at")] <- NA
  cbind(rows, counted[setdiff(names(counted), "at")])
}

#' Returns one row per channel (device), by descending sessions.
session_shares <- function(visits, column) {
  rows <- sums_by(visits, column, sort(unique(visits[[column]])))
  rows[order(-rows$sessions), , drop = FALSE]
}

#' Returns one row per currency, by descending orders. Revenue is NA if no order has a value.
revenue_by_currency <- function(query, filters, money = revenue_days(query, filters)) {
  rows <- sums_by(
    money,
    "currency",
    sort(unique(money$currency), method = "radix"),
    c("orders", "orders_with_revenue", "revenue_minor")
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
      count(*) AS orders, count(placed.revenue_minor) AS orders_with_revenue,
      sum(placed.revenue_minor) AS revenue_minor
    FROM clickstream_orders placed
    WHERE %s
    GROUP BY 1, 2 ORDER BY 1, 2",
      chosen_rows(filters, "placed", "order_date", moment = "ordered_at")
    ),
    filter_values(filters)
  )
}
