# The last half hour, for the live mode of the overview.

live_minutes <- 30
# A visitor counts as present for so long after the last event.
present_minutes <- 5
# Visitors whose pages refresh within so many seconds share one query.
live_share_s <- 5
# A screen reader hears new numbers at most so often.
live_said_every_s <- 60

#' Returns the instant for which a refresh asks, as text in UTC.
live_moment <- function(clock) {
  seconds <- as.numeric(clock) %/% live_share_s * live_share_s
  format(as.POSIXct(seconds, origin = "1970-01-01", tz = "UTC"), "%Y-%m-%d %H:%M:%S+00", tz = "UTC")
}

#' Returns one row per minute, 30 up to an instant, each with the visitors and orders of that
#' instant. No rows before the first event.
#'
#' If none of these minutes has an event, they are those up to the newest event, and `is_old` is
#' true. Events of a later time count only if there are no others: they come from a wrong clock.
#'
#' @param moment as live_moment() returns it
live_numbers <- function(query, moment) {
  query(
    sprintf(
      "
    WITH newest AS (
      SELECT coalesce(
        max(minute) FILTER (WHERE minute <= :moment::timestamptz), max(minute)) AS minute
      FROM traffic_minutely WHERE events > 0),
    last AS (
      SELECT newest.minute AS newest, clock.minute AS clock_minute,
        newest.minute NOT BETWEEN clock.minute - interval '%1$d minutes' AND clock.minute AS is_old
      FROM newest
      CROSS JOIN (
        SELECT date_trunc('minute', :moment::timestamptz, 'UTC') AS minute) clock
      WHERE newest.minute IS NOT NULL),
    live AS (
      SELECT is_old, CASE WHEN is_old THEN newest ELSE clock_minute END AS minute,
        CASE WHEN is_old THEN newest + interval '1 minute' ELSE :moment::timestamptz END AS at
      FROM last),
    now AS MATERIALIZED (
      SELECT live.is_old, live.minute, live.at, zone.name AS zone,
        (SELECT count(DISTINCT visit.visitor_id)::float8 FROM session_acquisition visit
          -- No session is longer than 18 hours. Two bounds make the planner expect few rows.
          WHERE visit.ended_at BETWEEN live.at - interval '%2$d minutes'
              AND live.at + interval '18 hours'
            AND visit.started_at <= live.at) AS visitors,
        coalesce((SELECT daily.orders::float8 FROM traffic_daily daily
          WHERE daily.day = (live.minute AT TIME ZONE zone.name)::date), 0) AS orders
      FROM live CROSS JOIN (SELECT reporting_zone() AS name) zone)
    SELECT to_char(span.minute AT TIME ZONE now.zone, 'YYYY-MM-DD HH24:MI') AS minute,
      coalesce(counted.events, 0)::float8 AS events, now.visitors, now.orders, now.is_old,
      to_char(now.at AT TIME ZONE now.zone, 'YYYY-MM-DD HH24:MI:SS') AS at
    FROM now
    CROSS JOIN LATERAL generate_series(
      now.minute - interval '%1$d minutes', now.minute, interval '1 minute') AS span (minute)
    LEFT JOIN traffic_minutely counted ON counted.minute = span.minute
    ORDER BY span.minute",
      live_minutes - 1L,
      present_minutes
    ),
    list(moment = moment)
  )
}

#' Returns the reporting day of the last minute.
live_day <- function(rows) substr(rows$minute[nrow(rows)], 1, 10)

#' Says the numbers in one sentence, for screen readers.
live_sentence <- function(rows) {
  sprintf(
    "%s %s, %s in the last %d minutes, %s %s.",
    count_of(rows$visitors[1], "visitor"),
    if (rows$is_old[1]) "at the newest event" else "now",
    count_of(sum(rows$events), "event"),
    live_minutes,
    count_of(rows$orders[1], "order"),
    if (rows$is_old[1]) "that day" else "today"
  )
}

#' Says which minutes are shown.
live_note <- function(rows) {
  if (nrow(rows) == 0) {
    return("No events yet. They appear here after their load.")
  }
  if (rows$is_old[1]) {
    return(sprintf(
      "No event in the last %d minutes. These are the %d minutes to the newest event: %s.",
      live_minutes,
      live_minutes,
      instant_text(rows$minute[nrow(rows)])
    ))
  }
  sprintf(
    "The last %d minutes, to %s. Events count after their load.",
    live_minutes,
    instant_text(rows$at[1], 19)
  )
}

#' Tells whether a screen reader may hear new numbers.
#'
#' @param said_at when it heard the last ones; NULL if it has not
may_say <- function(said_at, clock) {
  is.null(said_at) || as.numeric(clock) - as.numeric(said_at) >= live_said_every_s
}
