test_that("a link restores the filters that it was made from", {
  filters <- list(
    new_filters(),
    new_filters(range = "7d", login = "guest"),
    new_filters(
      range = "custom",
      from = as.Date("2026-11-01"),
      to = as.Date("2026-11-05"),
      channels = c("Direct", "Organic Search")
    ),
    new_filters(
      range = "all",
      categories = c("Điện thoại", "a&b=c", "100 % +", "#?/"),
      brands = "O'Neil & Söhne"
    ),
    new_filters(
      devices = "mobile",
      sources = c("google", "(direct)"),
      campaigns = "sale",
      visitors = "new",
      complete = TRUE,
      compare = "custom",
      compare_from = as.Date("2026-10-01")
    ),
    new_filters(compare = "year")
  )
  for (one in filters) {
    back <- from_query(to_query(one, "funnel"))
    expect_identical(back$filters, one)
    expect_identical(back$page, "funnel")
    with_choices <- from_query(to_query(one, "funnel", list(scope = "visitor", steps = "a > b")))
    expect_identical(with_choices$filters, one)
    expect_identical(with_choices$choices, list(scope = "visitor", steps = "a > b"))
  }
})

test_that("an invalid link gives valid filters", {
  for (query in c(
    "",
    "?",
    "?x",
    "?=&&=",
    "?range=evil&login=root",
    "?from=2026-11-01",
    "?from=2026-13-45&to=x",
    "?channel=%",
    "?channel=%ff%fe",
    "?page=a&page=b",
    "?from=9999-01-01&to=9999-01-02"
  )) {
    found <- from_query(query)
    expect_true(found$filters$range %in% names(range_presets))
    expect_true(found$filters$login %in% names(login_states))
    expect_true(all(validUTF8(found$filters$channels)))
  }
  expect_lte(
    length(from_query(paste0("?", paste0("channel=", 1:500, collapse = "&")))$filters$channels),
    most_chosen
  )
})

test_that("ranges count back from the greatest loaded day", {
  last_week <- resolve_days(new_filters("7d"), "2026-01-01", "2026-11-22")
  expect_equal(c(last_week$from, last_week$to), as.Date(c("2026-11-16", "2026-11-22")))
  expect_equal(day_count(last_week), 7L)
  everything <- resolve_days(new_filters("all"), "2026-01-01", "2026-11-22")
  expect_equal(everything$from, as.Date("2026-01-01"))
  turned <- resolve_days(
    new_filters("custom", as.Date("2026-02-02"), as.Date("2026-02-01")),
    "2026-01-01",
    "2026-11-22"
  )
  expect_equal(c(turned$from, turned$to), as.Date(c("2026-02-01", "2026-02-02")))
})

test_that("the previous period has as many days and ends the day before", {
  filters <- resolve_days(new_filters("28d"), "2026-01-01", "2026-11-22")
  loaded <- all_complete("2026-01-01", "2026-11-22")
  before <- compared_period(filters, loaded)
  expect_equal(c(before$from, before$to), as.Date(c("2026-09-28", "2026-10-25")))
  expect_equal(incomparable(filters, before), "")
  expect_null(before$cut)
  year <- compared_period(utils::modifyList(filters, list(compare = "year")), loaded)
  expect_equal(year$from, as.Date("2025-10-27"))
  expect_match(incomparable(filters, year), "28 of 28 days")
  custom <- list(compare = "custom", compare_from = as.Date("2026-02-01"))
  custom <- compared_period(utils::modifyList(filters, custom), loaded)
  expect_equal(c(custom$from, custom$to), as.Date(c("2026-02-01", "2026-02-28")))
  expect_null(compared_period(utils::modifyList(filters, list(compare = "none")), loaded))
})

test_that("what each chosen filter does is said", {
  filters <- new_filters(login = "guest", brands = "x")
  expect_equal(
    scope_notes(filters, list(brands = "")),
    c("Login state: Guests, of the session", "Brand: x, not used on this page")
  )
  expect_length(scope_notes(new_filters(), every_filter("")), 0)
})

test_that("the value of each filter is said", {
  filters <- new_filters(
    login = "logged_in",
    visitors = "returning",
    channels = "Direct",
    devices = "mobile",
    sources = c("a", "b"),
    campaigns = c("a", "b", "c"),
    categories = c("a", "b", "c", "d"),
    brands = strrep("x", 200)
  )
  expect_equal(
    sub(",? of the session$", "", scope_notes(filters, list())),
    c(
      "Login state: Logged in",
      "New or returning: Returning",
      "Channel: Direct",
      "Device: mobile",
      "Source: a or b",
      "Campaign: a, b or c",
      "Category: a, b, c or 1 more",
      sprintf("Brand: %s…", strrep("x", 31))
    )
  )
})

test_that("choices are the values that occur in the days", {
  choices <- filter_choices(query, four_weeks)
  expect_setequal(choices$channels, unique(passing(four_weeks)$channel))
  expect_true(all(c("Điện thoại", "Laptop") %in% choices$categories))
  expect_true("O'Neil & Söhne" %in% choices$brands)
  expect_setequal(choices$devices, unique(passing(four_weeks)$device))
  expect_setequal(choices$sources, unique(passing(four_weeks)$source))
  expect_setequal(choices$campaigns, setdiff(unique(passing(four_weeks)$campaign), ""))
})

test_that("days without sessions have no choices", {
  nothing <- four_weeks
  nothing$from <- nothing$to <- as.Date("2000-01-01")
  choices <- filter_choices(query, nothing)
  expect_equal(
    lengths(choices[c("channels", "devices", "sources", "campaigns")]),
    c(
      channels = 0,
      devices = 0,
      sources = 0,
      campaigns = 0
    )
  )
})

test_that("a range is limited to what is loaded, unless nothing of it is", {
  within <- function(from, to) {
    filters <- new_filters("custom", as.Date(from), as.Date(to))
    resolve_days(filters, "2026-01-01", "2026-11-22")
  }
  century <- within("2000-01-01", "2100-01-01")
  expect_equal(c(century$from, century$to), as.Date(c("2026-01-01", "2026-11-22")))
  edge <- within("2025-12-01", "2026-01-01")
  expect_equal(c(edge$from, edge$to), as.Date(c("2026-01-01", "2026-01-01")))
  outside <- within("2025-12-01", "2025-12-31")
  expect_equal(outside$to, as.Date("2025-12-31"))
  expect_equal(nrow(outside$loaded), 0)
  expect_equal(within("2026-11-23", "2026-11-30")$from, as.Date("2026-11-23"))
})

test_that("ten days or fewer have a tick each, more have some from the first day on", {
  ticks <- function(count) {
    as.character(day_axis(rev(format(as.Date("2026-11-02") + seq_len(count) - 1)))$tickvals)
  }
  expect_equal(
    as.character(day_axis(c("2026-11-22", "2026-11-21", "2026-11-21"))$tickvals),
    c("2026-11-21", "2026-11-22")
  )
  expect_equal(length(ticks(10)), 10)
  expect_equal(ticks(11), c(sprintf("2026-11-%02d", seq(2, 12, 2))))
  expect_equal(ticks(21)[1:2], c("2026-11-02", "2026-11-05"))
  # Whole weeks apart.
  expect_equal(ticks(22), c("2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"))
  expect_equal(length(ticks(366)), 7)
  expect_equal(length(ticks(0)), 0)
})

test_that("weeks and months have at most ten ticks, the first among them", {
  mondays <- format(as.Date("2026-01-05") + 7 * 0:51)
  ticks <- as.character(period_axis(mondays, "week")$tickvals)
  expect_equal(ticks[1:2], c("2026-01-05", "2026-02-16"))
  expect_equal(length(ticks), 9)
  expect_equal(period_axis(mondays, "month")$tickformat, "%b %Y")
})

test_that("hours of up to five days have their time on the axis", {
  expect_equal(hour_axis(c("2026-11-02 23:00", "2026-11-06 00:00"))$tickformat, "%H:%M<br>%-d %b")
  expect_equal(hour_axis(c("2026-11-02 23:00", "2026-11-07 00:00"))$tickformat, "%-d %b")
})

test_that("a table of a chart writes numbers and days as elsewhere", {
  written <- function(name, values) row_text(name, values)(values)
  expect_equal(written("cart_rate", c(0.5, NA)), c("50.0%", "–"))
  expect_equal(written("share", 1), "100.0%")
  expect_equal(written("average", c(0.5, NA)), c("0.50", "–"))
  expect_null(row_text("sessions", c(5, NA)))
  expect_equal(written("day", c("2026-11-22", NA)), c("Sun 22 Nov 2026", "–"))
  expect_equal(written("hour", "2026-11-22 18:00"), "Sun 22 Nov 2026, 18:00")
  expect_null(row_text("name", c("2026-11-22", "2026-11-22x")))
  expect_equal(row_heading("p95_lag_ms"), "P95 lag ms")
})

test_that("the address has the choices of the page that are not the defaults", {
  page <- new_page(
    "x",
    "X",
    identity,
    identity,
    choices = c(measure = "sessions", currency = ""),
    flags = "skip",
    states = "row"
  )
  link <- list(row = "7", skip = "1", measure = "orders", currency = "USD", other = "z")
  expect_identical(
    known_choices(page, link),
    list(measure = "orders", currency = "USD", skip = "1", row = "7")
  )
  defaults <- list(measure = "sessions", currency = "", skip = "0", row = "")
  expect_length(known_choices(page, defaults), 0)
  input <- list(`x-measure` = "orders", `x-currency` = "USD", `x-skip` = TRUE, `x-row` = "7")
  expect_identical(chosen_in_page(input, page), link[c("measure", "currency", "skip", "row")])
  # A default that depends on the rows is left out, too.
  expect_null(chosen_in_page(input, page, list(`x-currency` = "USD"))$currency)
  input <- list(`x-measure` = "sessions", `x-currency` = "", `x-skip` = FALSE, `x-row` = NULL)
  expect_length(chosen_in_page(input, page), 0)
})
