# Keys and values of `properties`, the fields of events that no other column holds.

#' Returns one row per key, with its share of all events without bots.
property_keys <- function(query, filters) {
  rows <- query(
    "
    SELECT key, sum(events) AS events FROM property_hourly
    WHERE value IS NULL AND day BETWEEN :from_day::date AND :to_day::date
    GROUP BY key ORDER BY events DESC, key",
    filter_values(filters)
  )
  all <- query(
    "SELECT coalesce(sum(events), 0) AS events FROM traffic_daily
    WHERE day BETWEEN :from_day::date AND :to_day::date",
    filter_values(filters)
  )$events
  rows$share <- ratio_of(rows$events, all)
  rows
}

#' Returns one row per value of a key, and "(others)" for values that are rare in their hours.
property_values <- function(query, filters, key) {
  rows <- query(
    "
    SELECT coalesce(value, '') AS value, value IS NULL AS is_key, sum(events) AS events
    FROM property_hourly
    WHERE key = :key AND day BETWEEN :from_day::date AND :to_day::date
    GROUP BY value ORDER BY events DESC, property_hourly.value",
    c(filter_values(filters), key = key)
  )
  whole <- sum(rows$events[rows$is_key])
  values <- rows[!rows$is_key, c("value", "events"), drop = FALSE]
  rest <- whole - sum(values$events)
  if (rest > 0) {
    values <- rbind(values, data.frame(value = "(others)", events = rest))
  }
  values$share <- ratio_of(values$events, whole)
  values
}

#' Returns events per day and value of a key.
property_days <- function(query, filters, key) {
  query(
    "
    SELECT day::text AS day, value, sum(events) AS events FROM property_hourly
    WHERE key = :key AND value IS NOT NULL AND day BETWEEN :from_day::date AND :to_day::date
    GROUP BY property_hourly.day, value ORDER BY property_hourly.day, value",
    c(filter_values(filters), key = key)
  )
}
