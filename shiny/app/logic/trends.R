# Sessions and events over time.

grains <- c(day = "Days", hour = "Hours", week = "Weeks", month = "Months")
day_grains <- grains[names(grains) != "hour"]

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
      chosen_visits(filters)
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
      chosen_visits(filters)
    ),
    c(filter_values(filters), zone = zone)
  )
}

#' Returns one row per hour with a session, or per period of the range.
#'
#' Where clocks go back, the repeated hour is one. Periods without a loaded day have NA.
trend <- function(query, filters, zone, grain, visits = visits_of_hours(query, filters, zone)) {
  stopifnot(grain %in% names(grains))
  counts <- c("sessions", "engaged", "converted", "page_views")
  if (grain == "hour") {
    hours <- unique(visits$at)
    rows <- sums_by(visits, "at", hours, counts)
    came <- visitors_of_hours(query, filters, zone)
    rows$visitors <- sums_by(came, "at", hours, "visitors")$visitors
    return(rows)
  }
  rows <- periods(filters, grain)
  visits$at <- period_of(visits$day, grain)
  counted <- sums_by(visits, "at", rows$at, counts)
  came <- visitors_of_periods(query, filters, grain)
  counted$visitors <- sums_by(came, "at", rows$at, "visitors")$visitors
  counted[rows$days == 0, setdiff(names(counted), "at")] <- NA
  cbind(rows, counted[setdiff(names(counted), "at")])
}

#' Returns the hours of the loaded days, with 0 for those without a session.
all_hours <- function(rows, filters) {
  days <- filters$loaded
  if (NROW(days) == 0) {
    return(rows[0, ])
  }
  hours <- unlist(lapply(seq_len(nrow(days)), function(i) {
    loaded <- substr(days$from_time[i], 1, 2):substr(days$until_time[i], 1, 2)
    sprintf("%s %02d:00", days$day[i], as.integer(loaded))
  }))
  rows <- merge(data.frame(at = hours, stringsAsFactors = FALSE), rows, by = "at", all = TRUE)
  rows[is.na(rows)] <- 0
  rows[order(rows$at), , drop = FALSE]
}

#' Returns the mean sessions per weekday (1 is Monday) and hour: their sum divided by the number of
#' such hours that are loaded.
week_pattern <- function(visits, filters) {
  visits <- visits[visits$day %in% filters$loaded$day, , drop = FALSE]
  weekday <- as.integer(format(as.Date(visits$day), "%u"))
  hour <- as.integer(substr(visits$at, 12, 13))
  loaded <- loaded_hours(filters)
  rows <- expand.grid(hour = 0:23, weekday = 1:7)
  rows$days <- loaded[cbind(rows$weekday, rows$hour + 1)]
  place <- list(factor(weekday, 1:7), factor(hour, 0:23))
  # An hour that is loaded in part has sessions, but is not a whole hour to divide by.
  whole <- !in_partial_hour(visits, filters)
  sums <- tapply(visits$sessions[whole], lapply(place, `[`, whole), sum)
  rows$sessions <- as.vector(t(ifelse(is.na(sums), 0, sums)))
  rows$average <- ratio_of(rows$sessions, rows$days)
  rows[rows$sessions > 0, c("weekday", "hour", "sessions", "days", "average")]
}

#' Tells which hours of sessions are loaded in part.
in_partial_hour <- function(visits, filters) {
  rows <- filters$loaded
  cut_hours <- c(
    paste(rows$day, substr(rows$from_time, 1, 2))[substr(rows$from_time, 4, 5) != "00"],
    paste(rows$day, substr(rows$until_time, 1, 2))[substr(rows$until_time, 4, 5) != "59"]
  )
  substr(visits$at, 1, 13) %in% cut_hours
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
