# The edges of what is loaded. The days are those of a small ledger in a database of its own, or a
# data frame as loaded_days() returns it.

parts <- function() {
  rows <- all_complete("2026-11-01", "2026-11-30")
  rows <- rows[!(rows$day %in% c("2026-11-10", "2026-11-11")), ]
  rows[rows$day == "2026-11-30", c("complete", "until_time", "end_time")] <- list(
    FALSE,
    "18:59",
    "19:00:00.000000"
  )
  rows
}
resolved <- function(...) resolve_days(new_filters(...), "2026-11-01", "2026-11-30", parts())

test_that("the ledger says which days are loaded, and to which minute", {
  database <- scratch_database()
  psql(
    database,
    "-c",
    "INSERT INTO warehouse_settings VALUES (
      TRUE, 1800, 0, 'Asia/Ho_Chi_Minh', '{shop.example}', 1, 1, 'seed', 1, rules_hash());
    INSERT INTO traffic_daily
    SELECT day, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0, 0, 0
    FROM unnest('{2026-10-30,2026-11-01,2026-11-02,2026-11-04}'::date[]) AS days (day);
    INSERT INTO etl_runs
    SELECT gen_random_uuid(), 1, mode, window_from, window_to, listed, listed,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', 0, 0, '{}', 0, '{}', 'test'
    FROM (VALUES
      ('range', timestamptz '2026-10-31 17:00Z', timestamptz '2026-11-01 05:00Z',
        timestamptz '2026-11-05 00:00Z'),
      ('range', '2026-11-01 05:00Z', '2026-11-02 17:00Z', '2026-11-05 00:00Z'),
      -- The last hour is listed at its fifth minute.
      ('since-last-run', '2026-11-03 17:00Z', '2026-11-04 13:00Z', '2026-11-04 12:05Z'),
      ('rebuild', '2026-01-01 00:00Z', '2026-12-01 00:00Z', '2026-12-05 00:00Z'),
      ('erase', '2026-01-01 00:00Z', '2026-12-01 00:00Z', '2026-12-05 00:00Z'))
      AS runs (mode, window_from, window_to, listed)"
  )
  warehouse <- new_warehouse(named_database(database))
  on.exit(close_warehouse(warehouse), add = TRUE, after = FALSE)
  state <- warehouse_state(warehouse)
  # Late events gave 30 October a few events; it is not loaded.
  expect_equal(state$first_day, "2026-11-01")
  expect_equal(state$loaded$day, c("2026-11-01", "2026-11-02", "2026-11-04"))
  expect_equal(state$loaded$complete, c(TRUE, TRUE, FALSE))
  expect_equal(state$loaded$until_time, c("23:59", "23:59", "19:04"))
  expect_equal(state$loaded$from_time, rep("00:00", 3))
  # Days that are not complete are neither unusual nor a base.
  expect_equal(ask(warehouse, "SELECT count(*) AS n FROM v_volume_anomaly")$n, 0)
})

test_that("complete days only ends before the day that is loaded in part", {
  expect_equal(resolved(range = "7d")$to, as.Date("2026-11-30"))
  expect_equal(last_part(resolved(range = "7d"))$until_time, "18:59")
  whole <- resolved(range = "7d", complete = TRUE)
  expect_equal(c(whole$from, whole$to), as.Date(c("2026-11-23", "2026-11-29")))
  expect_null(last_part(whole))
})

test_that("a day that is loaded in part is compared to the same hour", {
  before <- compared_period(resolved(range = "7d"), parts())
  expect_equal(before$to, as.Date("2026-11-23"))
  expect_equal(before$cut, "2026-11-23 19:00:00.000000")
  expect_equal(incomparable(resolved(range = "7d"), before), "")
  expect_equal(to_the_same_hour(resolved(range = "7d")), ", both to 18:59")
  expect_equal(comparison_name(resolved(range = "7d")), "vs previous 7 days")
  # A complete day goes to its end.
  before <- compared_period(resolved(range = "7d", complete = TRUE), parts())
  expect_null(before$cut)
})

test_that("a period that is not fully loaded is not compared with", {
  custom <- function(from, to) resolved(range = "custom", from = as.Date(from), to = as.Date(to))
  of <- function(from, to) {
    now <- custom(from, to)
    incomparable(now, compared_period(now, parts()))
  }
  expect_equal(of("2026-11-08", "2026-11-09"), "")
  expect_match(of("2026-11-12", "2026-11-13"), "2 of 2 days")
  expect_match(of("2026-11-13", "2026-11-15"), "2 of 3 days")
  expect_match(of("2026-11-13", "2026-11-13"), "^$")
  expect_match(of("2026-11-01", "2026-11-01"), "Sat 31 Oct 2026 is not fully loaded")
  # The period itself has days that are not loaded.
  expect_match(of("2026-11-09", "2026-11-10"), "1 of 2 days from Mon 9 Nov 2026")
  # To an hour that the earlier day does not have.
  week <- resolved(range = "7d")
  rows <- parts()
  rows[rows$day == "2026-11-23", c("complete", "end_time")] <- list(FALSE, "18:59:59.999999")
  expect_match(incomparable(week, compared_period(week, rows)), "1 of 7 days")
  rows[rows$day == "2026-11-23", "end_time"] <- "19:00:00.000000"
  expect_equal(incomparable(week, compared_period(week, rows)), "")
})

test_that("a day whose beginning is not loaded is said, and not compared", {
  rows <- all_complete("2026-11-01", "2026-11-03")
  rows[3, c("complete", "from_time")] <- list(FALSE, "07:00")
  of <- function(from) {
    given <- new_filters(range = "custom", from = as.Date(from), to = as.Date("2026-11-03"))
    resolve_days(given, "2026-11-01", "2026-11-03", rows)
  }
  day <- of("2026-11-03")
  expect_null(last_part(day))
  expect_equal(first_part(day)$from_time, "07:00")
  expect_equal(described(day, "UTC"), "Tue 3 Nov 2026 (1 day, UTC), the first from 07:00")
  expect_null(compared_period(day, rows)$cut)
  expect_equal(
    incomparable(day, compared_period(day, rows)),
    "Tue 3 Nov 2026 is not fully loaded"
  )
  expect_equal(
    described(of("2026-11-02"), "UTC"),
    "Mon 2 Nov 2026 – Tue 3 Nov 2026 (2 days, UTC)"
  )
  # Loaded from the beginning, to an hour.
  rows[3, c("from_time", "until_time", "end_time")] <- list("00:00", "18:59", "19:00:00.000000")
  day <- of("2026-11-03")
  expect_null(first_part(day))
  expect_equal(described(day, "UTC"), "Tue 3 Nov 2026 (1 day, UTC), the last to 18:59")
  expect_equal(incomparable(day, compared_period(day, rows)), "")
})

test_that("sessions and orders of a comparison end at the cut", {
  filters <- some_filters$two_days
  for (cut in c("2026-11-12 00:00:00.000000", "2026-11-12 12:30:00.000000")) {
    filters$cut <- cut
    rows <- passing(filters)
    rows <- rows[rows$started_text < substr(cut, 1, 19), ]
    found <- overview_totals(query, filters)
    expect_equal(found$sessions, nrow(rows), info = cut)
    expect_equal(found$visitors, length(unique(rows$visitor_id)), info = cut)
    orders <- passing_orders(filters)
    at <- as.numeric(as.POSIXct(cut, tz = zone))
    expect_equal(found$orders, sum(orders$at < at), info = cut)
  }
  # A mart that does not have the time is not asked.
  expect_error(chosen_rows(filters, "counted", "day"))
})

test_that("averages divide by the hours that are loaded", {
  filters <- resolved(range = "custom", from = as.Date("2026-11-09"), to = as.Date("2026-11-30"))
  hours <- loaded_hours(filters)
  # Mondays: the 9th, 16th, 23rd, and the 30th to 18:59.
  expect_equal(hours[1, 19], 4)
  expect_equal(hours[1, 20], 3)
  # Tuesday the 10th and Wednesday the 11th are not loaded.
  expect_equal(hours[2, 1], 2)
  expect_equal(hours[3, 24], 2)
  expect_equal(hours[4, 1], 3)
  visits <- data.frame(
    day = c("2026-11-09", "2026-11-16", "2026-11-10"),
    at = c("2026-11-09 20:00", "2026-11-16 20:00", "2026-11-10 20:00"),
    sessions = c(6, 3, 99)
  )
  pattern <- week_pattern(visits, filters)
  expect_equal(pattern$average, 3)
  expect_equal(pattern$days, 3)
})

test_that("days that are not loaded are gaps, and periods know whether they are whole", {
  filters <- resolved(range = "all")
  days <- periods(filters, "day")
  expect_equal(days$days[days$at %in% c("2026-11-10", "2026-11-11")], c(0, 0))
  expect_equal(days$at[!days$whole], c("2026-11-10", "2026-11-11", "2026-11-30"))
  weeks <- periods(filters, "week")
  expect_equal(weeks$at, c("2026-10-26", format(as.Date("2026-11-02") + 7 * 0:4)))
  expect_equal(weeks$days, c(1, 7, 5, 7, 7, 1))
  expect_equal(weeks$whole, c(FALSE, TRUE, FALSE, TRUE, TRUE, FALSE))
  months <- periods(filters, "month")
  expect_equal(months$days, 28)
  expect_false(months$whole)
  expect_equal(only_loaded(1:3, c("2026-11-09", "2026-11-10", "2026-11-30"), filters), c(1, NA, 3))
  text <- part_text(days, "day", filters)
  expect_equal(text[nrow(days)], "to 18:59")
  expect_equal(text[1], "")
  expect_equal(
    part_text(weeks, "week", filters)[c(1, 2, 6)],
    c("1 of 7 days", "", "1 of 7 days, the last to 18:59")
  )
  expect_equal(
    periods(
      days_of(range = "custom", from = as.Date("2026-10-01"), to = as.Date("2026-10-31")),
      "month"
    )$whole,
    TRUE
  )
})

test_that("the segment of a day that is loaded in part is dashed and labelled", {
  filters <- resolved(range = "7d")
  rows <- periods(filters, "day")
  rows$sessions <- 1:7
  rows$orders <- 0
  drawn <- plotly::plotly_build(overview_chart(rows, NULL, "sessions", "day", filters))$x
  dashes <- vapply(drawn$data, function(trace) trace$line$dash, "")
  expect_equal(dashes, c("solid", "dash"))
  points <- unlist(drawn$data[[2]]$y)
  expect_equal(points[!is.na(points)], c(6, 7), ignore_attr = TRUE)
  expect_equal(drawn$layout$annotations[[1]]$text, "to 18:59")
  whole <- resolved(range = "7d", complete = TRUE)
  rows <- periods(whole, "day")
  rows$sessions <- 1:7
  rows$orders <- 0
  drawn <- plotly::plotly_build(overview_chart(rows, NULL, "sessions", "day", whole))$x
  expect_length(drawn$data, 1)
})

test_that("a range that begins in the closed period says what is missing", {
  range <- resolved(range = "custom", from = as.Date("2026-11-08"), to = as.Date("2026-11-20"))
  expect_equal(closed_sentence(range, NA), "")
  expect_equal(closed_sentence(range, "2026-11-08"), "")
  expect_equal(
    closed_sentence(range, "2026-11-09"),
    paste(
      "Days before Mon 9 Nov 2026 are closed: totals by day and orders remain.",
      "Figures that need single sessions or events are missing there."
    )
  )
})

test_that("an empty range says what is loaded", {
  state <- list(first_day = "2026-11-01", today = "2026-11-30", loaded = parts())
  outside <- resolved(range = "custom", from = as.Date("2025-01-01"), to = as.Date("2025-01-02"))
  expect_equal(
    nothing_in(outside, state),
    paste(
      "Nothing is loaded in these days.",
      "Loaded: Sun 1 Nov 2026 to Mon 30 Nov 2026, without 2 of these days."
    )
  )
  expect_equal(
    nothing_in(resolved(range = "7d"), state),
    "Nothing in these days with these filters."
  )
  expect_match(described(resolved(range = "all"), zone), "30 days, Asia/Ho_Chi_Minh")
  expect_match(described(resolved(range = "all"), zone), "2 days not loaded, the last to 18:59")
})
