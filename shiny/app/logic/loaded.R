# Days of which something is loaded, and what that means for ranges and comparisons.

#' Returns one row per reporting day from the first with traffic to the last: whether all of it is
#' loaded, and the first and last minute that is.
loaded_days <- function(query) {
  query(
    "
    SELECT loaded.day::text AS day, loaded.is_complete AS complete,
      to_char(loaded.loaded_from AT TIME ZONE zone.name, 'HH24:MI') AS from_time,
      to_char((loaded.loaded_to - interval '1 minute') AT TIME ZONE zone.name, 'HH24:MI')
        AS until_time,
      to_char(loaded.loaded_to AT TIME ZONE zone.name, 'HH24:MI:SS.US') AS end_time
    FROM v_loaded_days loaded
    CROSS JOIN (SELECT reporting_zone() AS name) zone
    CROSS JOIN (SELECT min(day) AS first, max(day) AS last FROM traffic_daily) traffic
    WHERE loaded.day BETWEEN traffic.first AND traffic.last
    ORDER BY 1"
  )
}

#' Returns the rows of complete days, for a warehouse of which only first and last day are known.
all_complete <- function(first_day, today) {
  days <- format(seq(as.Date(first_day), as.Date(today), by = "day"))
  data.frame(
    day = days,
    complete = rep(TRUE, length(days)),
    from_time = rep("00:00", length(days)),
    until_time = rep("23:59", length(days)),
    end_time = rep("00:00:00.000000", length(days)),
    stringsAsFactors = FALSE
  )
}

#' Returns the loaded days of a range.
loaded_between <- function(loaded, from, to) {
  loaded[loaded$day >= format(from) & loaded$day <= format(to), , drop = FALSE]
}

#' Returns the row of the last day of the filters if its end is not loaded, else NULL.
last_part <- function(filters) {
  row <- filters$loaded[filters$loaded$day == format(filters$to), , drop = FALSE]
  if (NROW(row) == 1 && !row$complete && row$until_time != "23:59") row else NULL
}

#' Returns the row of the first day of the filters if its beginning is not loaded, else NULL.
first_part <- function(filters) {
  row <- filters$loaded[filters$loaded$day == format(filters$from), , drop = FALSE]
  if (NROW(row) == 1 && !row$complete && row$from_time != "00:00") row else NULL
}

#' Returns values per day with NA for days that are not loaded.
only_loaded <- function(values, days, filters) {
  values[!(days %in% filters$loaded$day)] <- NA
  values
}

#' Returns the number of weekdays (1 is Monday) and hours of the range that are loaded, as a matrix
#' of seven rows and 24 columns.
loaded_hours <- function(filters) {
  rows <- filters$loaded
  counts <- matrix(0, 7, 24)
  if (NROW(rows) == 0) {
    return(counts)
  }
  weekday <- as.integer(format(as.Date(rows$day), "%u"))
  minutes <- function(time) 60 * as.integer(substr(time, 1, 2)) + as.integer(substr(time, 4, 5))
  for (hour in 0:23) {
    whole <- minutes(rows$from_time) <= 60 * hour & minutes(rows$until_time) >= 60 * hour + 59
    counts[, hour + 1] <- tabulate(weekday[whole], 7)
  }
  counts
}

comparisons <- c(
  previous = "Previous period",
  year = "52 weeks before",
  custom = "Days from …",
  none = "No comparison"
)

#' Returns the filters of the period that the range is compared with: as many days, and to the same
#' hour if the last day is loaded in part. NULL without a comparison.
compared_period <- function(filters, loaded) {
  if (filters$compare == "none") {
    return(NULL)
  }
  days <- day_count(filters)
  part <- last_part(filters)
  before <- filters
  before$range <- "custom"
  before$from <- switch(
    filters$compare,
    year = filters$from - 364,
    custom = filters$compare_from %||% (filters$from - days),
    filters$from - days
  )
  before$to <- before$from + (days - 1)
  before$loaded <- loaded_between(loaded, before$from, before$to)
  before$cut <- if (!is.null(part)) paste(format(before$to), part$end_time)
  before
}

#' Tells why a period cannot be compared with an earlier one; "" if it can.
incomparable <- function(now, before) {
  if (is.null(before)) {
    return("no comparison chosen")
  }
  # The last days need to be loaded to the hour of the comparison only.
  reasons <- c(
    not_loaded(before, function(rows) {
      !is.null(before$cut) & rows$end_time >= substr(before$cut %||% "", 12, 26)
    }),
    not_loaded(now, function(rows) !is.null(last_part(now)) & rows$from_time == "00:00")
  )
  c(reasons[nzchar(reasons)], "")[1]
}

#' Says how many days of a period are not fully loaded; "" if all are.
#'
#' @param is_enough function of rows that tells which of them are enough for the last day
not_loaded <- function(filters, is_enough) {
  rows <- filters$loaded
  last <- rows$day == format(filters$to)
  missing <- day_count(filters) - sum(rows$complete | (last & is_enough(rows)))
  if (missing == 0) {
    ""
  } else if (day_count(filters) == 1) {
    sprintf("%s is not fully loaded", day_text(filters$from))
  } else {
    sprintf(
      "%s of %s from %s to %s are not fully loaded",
      grouped(missing),
      count_of(day_count(filters), "day"),
      day_text(filters$from),
      day_text(filters$to)
    )
  }
}

#' Names the comparison: "vs previous 7 days".
comparison_name <- function(filters) {
  switch(
    filters$compare,
    year = "vs 52 weeks before",
    custom = sprintf(
      "vs %s from %s",
      count_of(day_count(filters), "day"),
      day_text(filters$compare_from)
    ),
    sprintf(
      "vs previous %s",
      if (day_count(filters) == 1) "day" else count_of(day_count(filters), "day")
    )
  )
}

#' Names the days whose events are removed, if the range begins in a closed period; "" otherwise.
#'
#' @param closed_day first day after the closed period; NA or NULL without one
closed_sentence <- function(filters, closed_day) {
  if (!isTRUE(filters$from < as.Date(closed_day %||% NA))) {
    return("")
  }
  paste(
    sprintf("Days before %s are closed: totals by day and orders remain.", day_text(closed_day)),
    "Figures that need single sessions or events are missing there."
  )
}

#' Says what is loaded, for empty pages.
loaded_sentence <- function(state) {
  rows <- state$loaded
  gaps <- day_span(state$first_day, state$today) - NROW(rows)
  sprintf(
    "Loaded: %s to %s%s.",
    day_text(state$first_day),
    day_text(state$today),
    if (gaps > 0) sprintf(", without %s of these days", grouped(gaps)) else ""
  )
}

#' Returns the number of days from one to another, both included.
day_span <- function(from, to) as.integer(as.Date(to) - as.Date(from)) + 1L

`%||%` <- function(a, b) if (is.null(a)) b else a
