# Freshness and completeness of the warehouse, loads and rejected records.

#' Returns one row, also for an empty warehouse. It holds instants, not ages: answers are kept until
#' the next load.
freshness <- function(query) {
  query(
    "
    SELECT to_char(runs.finished AT TIME ZONE zone.name, 'YYYY-MM-DD HH24:MI:SS') AS finished,
      extract(epoch FROM runs.finished)::float8 AS finished_epoch_s,
      to_char(hours.newest AT TIME ZONE zone.name, 'YYYY-MM-DD HH24:MI') AS newest_hour,
      runs.runs::int AS runs, runs.read, runs.inserted, runs.duplicates, runs.rejected,
      runs.unreadable, runs.vanished, runs.conflicting,
      (SELECT count(*) FROM etl_hours WHERE NOT complete)::int AS incomplete_hours,
      (SELECT count(*) FROM etl_quarantine)::int AS quarantined,
      (SELECT min(error) FROM etl_quarantine) AS quarantine_error,
      orders.orders, orders.conflicting AS conflicting_orders, orders.signed AS signed_orders,
      zone.name AS zone
    FROM (SELECT coalesce((SELECT reporting_zone FROM warehouse_settings), 'UTC') AS name) zone
    CROSS JOIN (
      SELECT count(*) AS runs, max(finished_at) AS finished, coalesce(sum(records_read), 0) AS read,
        coalesce(sum(inserted), 0) AS inserted,
        coalesce(sum(duplicates), 0) AS duplicates, coalesce(sum(rejected), 0) AS rejected,
        coalesce(sum(unreadable), 0) AS unreadable,
        coalesce(sum(vanished), 0) AS vanished,
        coalesce(sum(conflicting_duplicates), 0) AS conflicting
      FROM etl_runs) runs
    CROSS JOIN (
      SELECT count(*)::float8 AS orders,
        (count(*) FILTER (WHERE conflicting_claims > 0))::float8 AS conflicting,
        (count(*) FILTER (WHERE is_signed))::float8 AS signed
      FROM clickstream_orders) orders
    CROSS JOIN (SELECT max(hour) AS newest FROM traffic_hourly) hours"
  )
}

#' Returns the seconds from an instant to the clock, at least 0: two machines' clocks may differ.
#'
#' @param epoch_s instant in seconds since 1970-01-01 UTC
age_s <- function(epoch_s, clock) max(as.numeric(clock) - epoch_s, 0)

#' Returns all committed slices, the latest first.
ledger <- function(query, zone) {
  query(
    "
    SELECT to_char(started_at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI:SS') AS started, mode,
      to_char(window_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS window_from,
      to_char(window_to AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS window_to,
      records_listed, already_loaded, inserted, duplicates, rejected, erased, closed, vanished,
      unreadable, quarantined, replaced, sessions_written,
      extract(epoch FROM finished_at - started_at)::float8 AS seconds,
      lock_held_s::float8 AS lock_held_s,
      records_listed = already_loaded + inserted + duplicates + rejected + erased + closed
        + vanished + unreadable + quarantined AS balanced,
      run_id::text AS run_id, slice, version
    FROM etl_runs ORDER BY etl_runs.started_at DESC, run_id, slice DESC",
    list(zone = zone)
  )
}

#' Returns the number of missing values per day.
missing_values <- function(query, filters) {
  query(
    "
    SELECT day::text AS day, sum(events) AS events, sum(without_client_id) AS without_client_id,
      sum(without_session_id) AS without_session_id,
      sum(without_login_state) AS without_login_state, sum(without_page_url) AS without_page_url,
      sum(without_user_agent) AS without_user_agent, sum(unknown_names) AS unknown_names,
      sum(product_events) AS product_events,
      sum(without_product_id) AS without_product_id,
      sum(without_product_price) AS without_product_price,
      sum(queued_events) AS queued_events, sum(skewed_clocks) AS skewed_clocks
    FROM quality_hourly WHERE day BETWEEN :from_day::date AND :to_day::date
    GROUP BY 1 ORDER BY 1",
    filter_values(filters)
  )
}

#' Returns the median and 95th percentile of the lag per hour.
lags <- function(query, filters, zone) {
  query(
    "
    SELECT to_char(hour AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI') AS hour, events, median_lag_ms,
      p95_lag_ms
    FROM quality_hourly
      WHERE day BETWEEN :from_day::date AND :to_day::date ORDER BY quality_hourly.hour",
    c(filter_values(filters), zone = zone)
  )
}

#' Returns all rejected records per UTC day of reception. They have no reporting day.
reject_days <- function(query) {
  query(
    "
    SELECT replace(substr(object_key, 1, 10), '/', '-') AS day, reason, count(*) AS records
    FROM rejected_records GROUP BY 1, 2 ORDER BY 1, 2"
  )
}

#' Returns all rejected records, the latest first, optionally of one reason.
rejects <- function(query, reason = "") {
  query(
    "
    SELECT object_key, reason, detail, octet_length(body) AS bytes
    FROM rejected_records WHERE :reason = '' OR reason = :reason
    ORDER BY object_key DESC",
    list(reason = reason)
  )
}

#' Returns the text of a rejected record. Bytes that are not UTF-8 are shown as <xx>.
reject_text <- function(query, object_key, most = 4096) {
  found <- query(
    "
    SELECT encode(substr(body, 1, :most::int), 'hex') AS hex, octet_length(body) AS bytes
    FROM rejected_records WHERE object_key = :object_key",
    list(object_key = object_key, most = most)
  )
  if (nrow(found) == 0) {
    return(NULL)
  }
  list(
    text = text_of_bytes(hex_bytes(found$hex)),
    bytes = found$bytes,
    shown = min(found$bytes, most)
  )
}

#' Converts hexadecimal text to bytes.
hex_bytes <- function(hex) {
  if (!nzchar(hex)) {
    return(raw())
  }
  places <- seq(1, nchar(hex), by = 2)
  as.raw(strtoi(substring(hex, places, places + 1), 16L))
}

#' Converts bytes to text. Control characters and invalid bytes are shown as <xx>.
text_of_bytes <- function(bytes) {
  shown <- bytes
  control <- bytes < as.raw(0x20) & !(bytes %in% as.raw(c(0x09, 0x0a, 0x0d)))
  pieces <- split(shown, cumsum(c(FALSE, utils::head(control, -1)) | control)[seq_along(shown)])
  paste(
    vapply(
      pieces,
      function(piece) {
        if (
          length(piece) == 1 && piece < as.raw(0x20) && !(piece %in% as.raw(c(0x09, 0x0a, 0x0d)))
        ) {
          return(sprintf("<%s>", as.character(piece)))
        }
        iconv(list(piece), "UTF-8", "UTF-8", sub = "byte")
      },
      ""
    ),
    collapse = ""
  )
}
