# Sessions and events over time.

grains <- c(day = "Days", hour = "Hours")

#' Returns the additive counts per hour of the reporting zone in which sessions start. The page
#' reads sessions once, here.
visits_of_hours <- function(query, filters, zone) {
  query(
    sprintf(
      "
    SELECT to_char(at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI') AS at, session_date::text AS day,
      sessions, engaged, converted, page_views
    FROM (
      SELECT date_trunc('hour', visit.started_at, :zone) AS at, visit.session_date,
        count(*) AS sessions,
        count(*) FILTER (WHERE visit.is_engaged) AS engaged,
        count(*) FILTER (WHERE visit.is_converted) AS converted,
        sum(visit.page_view_count) AS page_views
      FROM session_acquisition visit
      WHERE %s
      GROUP BY 1, 2) hours
    ORDER BY hours.at",
      chosen_rows(filters, "visit", "session_date")
    ),
    c(filter_values(filters), zone = zone)
  )
}

#' Returns the distinct visitors per hour.
visitors_of_hours <- function(query, filters, zone) {
  query(
    sprintf(
      "
    SELECT to_char(at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI') AS at, count(*) AS visitors
    FROM (
      SELECT date_trunc('hour', visit.started_at, :zone) AS at FROM session_acquisition visit
      WHERE %s
      GROUP BY 1, visit.visitor_id) visitor
    GROUP BY visitor.at ORDER BY visitor.at",
      chosen_rows(filters, "visit", "session_date")
    ),
    c(filter_values(filters), zone = zone)
  )
}

#' Returns one row per day or hour with a session. Where clocks go back, the repeated hour is one.
trend <- function(query, filters, zone, grain, visits = visits_of_hours(query, filters, zone)) {
  stopifnot(grain %in% names(grains))
  counts <- c("sessions", "engaged", "converted", "page_views")
  if (grain == "day") {
    days <- unique(visits$day)
    rows <- sums_by(visits, "day", days, counts)
    rows$visitors <- sums_by(visitors_of_days(query, filters), "day", days, "visitors")$visitors
    return(data.frame(
      at = if (nrow(rows) > 0) paste(rows$day, "00:00") else character(),
      rows[setdiff(names(rows), "day")],
      stringsAsFactors = FALSE
    ))
  }
  hours <- unique(visits$at)
  rows <- sums_by(visits, "at", hours, counts)
  rows$visitors <- sums_by(
    visitors_of_hours(query, filters, zone),
    "at",
    hours,
    "visitors"
  )$visitors
  rows
}

#' Returns the mean sessions per weekday (1 is Monday) and hour: their sum divided by the number of
#' such weekdays in the range.
week_pattern <- function(visits, filters) {
  weekday <- as.integer(format(as.Date(visits$day), "%u"))
  hour <- as.integer(substr(visits$at, 12, 13))
  days <- table(factor(format(seq(filters$from, filters$to, by = "day"), "%u"), 1:7))
  sums <- tapply(visits$sessions, list(factor(weekday, 1:7), factor(hour, 0:23)), sum)
  rows <- expand.grid(hour = 0:23, weekday = 1:7)
  rows$sessions <- as.vector(t(ifelse(is.na(sums), 0, sums)))
  rows$days <- as.vector(days)[rows$weekday]
  rows$average <- ratio_of(rows$sessions, rows$days)
  rows[rows$sessions > 0, c("weekday", "hour", "sessions", "days", "average")]
}

#' Returns events per day and name, without bots. An event has a login state, but no channel.
event_days <- function(query, filters) {
  login <- if (filters$login == "all") "" else "AND user_login_state = :login"
  query(
    sprintf(
      "
    SELECT day::text AS day, event_name, sum(events) AS events
    FROM event_hourly
    WHERE day BETWEEN :from_day::date AND :to_day::date %s
    GROUP BY day, event_name ORDER BY day, event_name",
      login
    ),
    filter_values(filters)
  )
}

#' Returns events per day with their robust z-score.
unusual_days <- function(query, filters) {
  query(
    "
    SELECT day::text AS day, events, median_events, robust_z::float8 AS robust_z
    FROM v_volume_anomaly
    WHERE day BETWEEN :from_day::date AND :to_day::date
    ORDER BY day",
    filter_values(filters)
  )
}
