at_time <- function(text) as.POSIXct(text, tz = zone)

# Numbers at an instant, from all events and sessions as R sees them.
expected_live <- function(last_minute, at) {
  people <- all_events[!all_events$is_bot, ]
  minutes <- as.numeric(at_time(last_minute)) - 60 * (29:0)
  ends <- tapply(people$at, people$session_key, max)
  begins <- tapply(people$at, people$session_key, min)
  present <- names(ends)[ends >= as.numeric(at) - 300 & begins <= as.numeric(at)]
  list(
    events = vapply(
      minutes,
      function(minute) sum(people$at >= minute & people$at < minute + 60),
      0
    ),
    visitors = length(unique(people$visitor_id[people$session_key %in% present])),
    orders = sum(all_orders$day == substr(last_minute, 1, 10))
  )
}

expect_live <- function(rows, last_minute, at, is_old) {
  expected <- expected_live(last_minute, at)
  expect_equal(nrow(rows), 30)
  expect_equal(rows$minute[30], last_minute)
  expect_equal(rows$events, expected$events)
  expect_equal(unique(rows$visitors), expected$visitors)
  expect_equal(unique(rows$orders), expected$orders)
  expect_equal(unique(rows$is_old), is_old)
}

live_at <- function(clock) live_numbers(query, live_moment(clock))

# The minute of the newest event of a person, from which the boundaries are counted.
newest_minute <- format(
  as.POSIXct(max(all_events$at[!all_events$is_bot]), origin = "1970-01-01", tz = zone),
  "%Y-%m-%d %H:%M"
)
after_newest <- function(seconds) at_time(newest_minute) + seconds

test_that("the last half hour, its visitors and the orders of the day are those of the events", {
  for (clock in c("2026-11-22 10:45:30", "2026-11-22 12:13:20", "2026-11-21 23:40:00")) {
    rows <- live_at(at_time(clock))
    expect_live(rows, substr(clock, 1, 16), at_time(clock), FALSE)
    expect_equal(rows$at[1], clock)
    expect_gt(sum(rows$events), 0)
  }
})

test_that("the newest event counts as now if the half hour has none", {
  # The first minute of the half hour is that of the newest event, and then the one after it.
  last <- after_newest(29 * 60 + 55)
  expect_live(live_at(last), format(last, "%Y-%m-%d %H:%M"), last, FALSE)
  expect_equal(which(live_at(last)$events > 0), 1)
  for (seconds in c(30 * 60, 400 * 86400)) {
    rows <- live_at(after_newest(seconds))
    expect_live(rows, newest_minute, after_newest(60), TRUE)
    expect_match(live_note(rows), "No event in the last 30 minutes", fixed = TRUE)
    expect_match(live_note(rows), instant_text(newest_minute), fixed = TRUE)
  }
  # A clock before all events.
  expect_live(live_at(at_time("2001-01-01 00:00:00")), newest_minute, after_newest(60), TRUE)
})

test_that("an event of a wrong clock does not move now", {
  database <- scratch_database()
  warehouse <- new_warehouse(named_database(database))
  on.exit(close_warehouse(warehouse), add = TRUE, after = FALSE)
  here <- function(clock) {
    live_numbers(function(sql, values) ask(warehouse, sql, values), live_moment(at_time(clock)))
  }
  expect_equal(nrow(here("2026-11-22 11:00:00")), 0)
  expect_match(live_note(here("2026-11-22 11:00:00")), "No events yet", fixed = TRUE)
  psql(
    database,
    "-c",
    paste(
      "INSERT INTO warehouse_settings VALUES",
      "(TRUE, 1800, 0, 'Asia/Ho_Chi_Minh', '{}', 1, 1, '', 1, rules_hash())"
    ),
    "-c",
    paste(
      "INSERT INTO traffic_minutely VALUES",
      "('2026-11-22 10:50+07', '2026-11-22 10:00+07', 4, 0),",
      "('2026-11-22 10:55+07', '2026-11-22 10:00+07', 0, 9),",
      "('2026-11-23 09:00+07', '2026-11-23 09:00+07', 1, 0)"
    )
  )
  rows <- here("2026-11-22 11:00:00")
  expect_equal(rows$minute[30], "2026-11-22 11:00")
  expect_equal(sum(rows$events), 4)
  expect_equal(rows$orders[1], 0)
  # Bots make no minute the newest.
  expect_equal(here("2026-11-22 12:00:00")$minute[30], "2026-11-22 10:50")
})

test_that("refreshes within five seconds ask the same", {
  clock <- at_time("2026-11-22 11:00:04.9")
  expect_equal(live_moment(clock), "2026-11-22 04:00:00+00")
  expect_equal(live_moment(clock + 0.2), "2026-11-22 04:00:05+00")
})

test_that("a screen reader hears new numbers once a minute", {
  began <- at_time("2026-11-22 11:00:00")
  expect_true(may_say(NULL, began))
  expect_false(may_say(began, began + 59))
  expect_true(may_say(began, began + 60))
  rows <- data.frame(events = c(1, 2), visitors = 1, orders = 3, is_old = FALSE)
  expect_equal(
    live_sentence(rows),
    "1 visitor now, 3 events in the last 30 minutes, 3 orders today."
  )
  rows$is_old <- TRUE
  expect_match(live_sentence(rows), "1 visitor at the newest event.*3 orders that day")
})

# A page whose warehouse answers, waits or fails.
live_page <- function(test) {
  page <- new.env()
  page$clock <- at_time("2026-11-22 10:44:30")
  page$asked <- 0
  page$answers <- reactiveVal("rows")
  context <- list(
    ask = function(sql, values = list()) {
      # Queries of the other part of the page, too.
      if (grepl("traffic_minutely", sql, fixed = TRUE)) {
        page$asked <- page$asked + 1
        if (page$answers() == "nothing yet") {
          req(FALSE, cancelOutput = TRUE)
        }
        if (page$answers() == "an error") validate("No <answer>.")
      }
      query(sql, values)
    },
    filters = reactive(four_weeks),
    state = reactive(list(kind = "ok", loaded = the_state$loaded)),
    zone = reactive(zone),
    scale = reactive(0),
    clock = function() page$clock,
    forget_errors = function() NULL
  )
  context$ask_now <- context$ask
  testServer(overview_server, args = list(context = context), {
    session$setInputs(measure = "sessions", grain = "day", live = TRUE)
    page$tick <- function(seconds) {
      page$clock <- page$clock + seconds
      page$ticks <- (page$ticks %||% 0) + 1
      session$setInputs(tick = page$ticks)
    }
    test(page, session, output)
  })
}
html_in <- function(output, name) as.character(output[[name]]$html)

test_that("live: each tick shows the numbers of its instant", {
  live_page(function(page, session, output) {
    expect_equal(page$asked, 0)
    page$tick(0)
    expect_equal(page$asked, 1)
    shown <- html_in(output, "live_boxes")
    rows <- live_at(page$clock)
    expect_match(shown, "Visitors now", fixed = TRUE)
    expect_match(
      shown,
      sprintf("<div class=\"box-value\">%s</div>", count_text(sum(rows$events))),
      fixed = TRUE
    )
    expect_match(html_in(output, "live_line"), "to Sun 22 Nov 2026, 10:44:30", fixed = TRUE)
    expect_match(output$live_chart, "\"type\":\"bar\"")
    said <- output$live_said
    expect_equal(said, live_sentence(rows))
    page$tick(10)
    expect_equal(page$asked, 2)
    expect_match(html_in(output, "live_line"), "10:44:40", fixed = TRUE)
    page$tick(600)
    expect_match(html_in(output, "live_line"), "10:54:40", fixed = TRUE)
    expect_equal(output$live_said, live_sentence(live_at(page$clock)))
    expect_false(output$live_said == said)
  })
})

test_that("live: a tick asks nothing while a query runs", {
  live_page(function(page, session, output) {
    page$tick(0)
    page$answers("nothing yet")
    page$tick(10)
    asked <- page$asked
    page$tick(10)
    page$tick(10)
    expect_equal(page$asked, asked)
    page$answers("rows")
    session$flushReact()
    expect_match(html_in(output, "live_line"), "10:44:40", fixed = TRUE)
    page$tick(10)
    expect_match(html_in(output, "live_line"), "10:45:10", fixed = TRUE)
  })
})

test_that("live: an error stops it with one line, until somebody lets it go on", {
  live_page(function(page, session, output) {
    page$tick(0)
    before <- html_in(output, "live_boxes")
    page$answers("an error")
    page$tick(10)
    line <- html_in(output, "live_line")
    expect_match(line, "live-stopped", fixed = TRUE)
    expect_match(line, "Live has stopped: No &lt;answer&gt;.", fixed = TRUE)
    expect_equal(html_in(output, "live_boxes"), before)
    asked <- page$asked
    page$tick(10)
    expect_equal(page$asked, asked)
    session$setInputs(live_go_on = 1)
    expect_equal(page$asked, asked + 1)
    expect_match(html_in(output, "live_line"), "live-stopped", fixed = TRUE)
    # Not by itself: only somebody's choice asks again.
    page$clock <- page$clock + 10
    page$answers("rows")
    session$setInputs(live_go_on = 2)
    expect_no_match(html_in(output, "live_line"), "live-stopped", fixed = TRUE)
    expect_match(html_in(output, "live_line"), "10:45:00", fixed = TRUE)
  })
})

test_that("a link opens the live mode", {
  shown <- function(query) as.character(dashboard_ui()(list(QUERY_STRING = query)))
  part <- function(value, hidden) {
    sprintf("data-shown-if=\"overview-live\" data-shown-value=\"%s\"%s>", value, hidden)
  }
  live <- shown("?live=1")
  expect_match(live, part("true", ""), fixed = TRUE)
  expect_match(live, part("false", " hidden"), fixed = TRUE)
  expect_match(live, "<input id=\"overview-live\"[^>]*checked")
  usual <- shown("")
  expect_match(usual, part("false", ""), fixed = TRUE)
  expect_match(usual, part("true", " hidden"), fixed = TRUE)
})
