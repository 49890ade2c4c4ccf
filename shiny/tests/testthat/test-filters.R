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
    )
  )
  for (one in filters) {
    back <- from_query(to_query(one, "funnel"))
    expect_identical(back$filters, one)
    expect_identical(back$page, "funnel")
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
  before <- previous_period(resolve_days(new_filters("28d"), "2026-01-01", "2026-11-22"))
  expect_equal(c(before$from, before$to), as.Date(c("2026-09-28", "2026-10-25")))
})

test_that("filters that a page does not use are named", {
  filters <- new_filters(login = "guest", brands = "x")
  expect_equal(unheeded(filters, c("login", "channel")), "brand")
  expect_equal(unheeded(filters, character()), c("login state", "brand"))
  expect_length(unheeded(new_filters(), character()), 0)
})

test_that("choices are the values that occur in the days", {
  choices <- filter_choices(query, four_weeks)
  expect_setequal(choices$channels, unique(passing(four_weeks)$channel))
  expect_true(all(c("Điện thoại", "Laptop") %in% choices$categories))
  expect_true("O'Neil & Söhne" %in% choices$brands)
})

test_that("a century is drawn from its first to its last row, a month in full", {
  century <- resolve_days(
    new_filters("custom", as.Date("2000-01-01"), as.Date("2100-01-01")),
    "2026-01-01",
    "2026-11-22"
  )
  expect_equal(drawn_days(century, c("2026-11-21", "2026-11-19")), as.Date("2026-11-19") + 0:2)
  month <- resolve_days(new_filters("28d"), "2026-01-01", "2026-11-22")
  expect_equal(drawn_days(month, "2026-11-22"), as.Date("2026-10-26") + 0:27)
})

test_that("ten days or fewer have a tick each", {
  expect_equal(
    as.character(day_axis(c("2026-11-22", "2026-11-21", "2026-11-21"))$tickvals),
    c("2026-11-21", "2026-11-22")
  )
  expect_null(day_axis(format(as.Date("2026-11-01") + 0:10))$tickvals)
})
