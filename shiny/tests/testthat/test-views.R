context_of <- function(state = the_state, filters = four_weeks, ask = query) {
  list(
    ask = ask,
    filters = reactive(filters),
    state = reactive(state),
    zone = reactive(zone),
    scale = reactive(0)
  )
}

html_of <- function(output) as.character(if (is.list(output)) output$html else output)

test_that("the filter bar resolves the chosen days and offers the values that occur", {
  state <- reactiveVal(the_state)
  testServer(filter_bar_server, args = list(ask = query, state = state), {
    session$setInputs(range = "28d", login = "all", from = "", to = "")
    session$elapse(500)
    expect_equal(session$returned$resolved()$from, as.Date("2026-10-26"))
    session$setInputs(
      range = "custom",
      from = "2026-11-01",
      to = "2026-11-03",
      brands = c("ASUS", "Dell")
    )
    session$elapse(500)
    expect_equal(day_count(session$returned$resolved()), 3L)
    expect_equal(session$returned$resolved()$brands, c("ASUS", "Dell"))
    expect_equal(
      to_query(session$returned$chosen()),
      "?from=2026-11-01&to=2026-11-03&brand=ASUS&brand=Dell"
    )
    # A range with one day only is ignored.
    session$setInputs(to = "")
    session$elapse(500)
    expect_equal(session$returned$resolved()$from, as.Date("2026-10-26"))
    # After a load of a new day the range moves to it.
    session$setInputs(range = "7d", brands = NULL)
    session$elapse(500)
    state(utils::modifyList(the_state, list(today = "2026-11-23", version = "next")))
    session$flushReact()
    expect_equal(session$returned$resolved()$to, as.Date("2026-11-23"))
  })
})

test_that("a link opens its page with its filters, and escapes other text", {
  shown <- as.character(dashboard_ui()(list(
    QUERY_STRING = "?page=funnel&brand=O%27Neil%20%26%20S%C3%B6hne&channel=%3Cscript%3E&login=guest"
  )))
  expect_match(shown, "data-page=\"funnel\"", fixed = TRUE)
  expect_match(shown, "<option value=\"guest\" selected>", fixed = TRUE)
  expect_match(shown, "O&#39;Neil &amp; Söhne", fixed = TRUE)
  expect_no_match(shown, "<script>", fixed = TRUE)
  expect_match(
    as.character(dashboard_ui()(list(QUERY_STRING = ""))),
    "data-page=\"overview\"",
    fixed = TRUE
  )
})

test_that("overview: boxes show the numbers and their change", {
  testServer(overview_server, args = list(context = context_of()), {
    session$setInputs(measure = "sessions")
    shown <- html_of(output$boxes)
    expect_match(shown, count_text(nrow(passing(four_weeks))), fixed = TRUE)
    before <- passing(previous_period(four_weeks))
    expect_match(shown, change_text(nrow(passing(four_weeks)) / nrow(before) - 1), fixed = TRUE)
    expect_match(shown, "Revenue, VND", fixed = TRUE)
    expect_match(shown, "Revenue, USD", fixed = TRUE)
    expect_match(output$days, "\"type\":\"scatter\"")
    session$setInputs(measure = "revenue")
    expect_match(output$days, "VND")
  })
})

test_that("overview: no comparison with a period that is not fully loaded", {
  testServer(overview_server, args = list(context = context_of(filters = days_of(range = "90d"))), {
    session$setInputs(measure = "sessions")
    expect_match(html_of(output$boxes), "no previous period", fixed = TRUE)
  })
})

test_that("every page draws its rows, or shows a message without rows", {
  inputs <- list(
    overview = list(measure = "visitors"),
    trends = list(measure = "sessions", grain = "hour"),
    funnel = list(funnel = "purchase", scope = "session", by = "channel"),
    journeys = list(kind = "page"),
    products = list(dimension = "product", measure = "views", currency = "VND"),
    acquisition = list(group = "channel", credit = "orders", currency = "VND", markov = FALSE),
    retention = list(currency = "VND"),
    sessions = list(text = ""),
    quality = list(reason = "")
  )
  charts <- list(
    overview = c("days", "channels", "devices"),
    trends = c("series", "pattern", "events", "unusual"),
    funnel = "bars",
    journeys = "flow",
    products = "top",
    acquisition = c("days", "credited"),
    retention = c("cohorts", "curve", "customers"),
    sessions = character(),
    quality = c("missing", "lags", "reject_days")
  )
  tables <- list(
    overview = character(),
    trends = "peaks",
    funnel = c("table", "segments"),
    journeys = c("paths", "transitions", "pages"),
    products = "table",
    acquisition = c("table", "credit_table"),
    retention = character(),
    sessions = c("sessions", "timeline"),
    quality = c("runs", "rejects", "raw")
  )
  whatever_the_filters <- c(
    "unusual",
    "customers",
    "missing",
    "lags",
    "reject_days",
    "runs",
    "rejects",
    "raw",
    "events"
  )
  for (page in pages()) {
    testServer(page$server, args = list(context = context_of()), {
      do.call(session$setInputs, inputs[[page$id]])
      for (name in charts[[page$id]]) {
        expect_match(output[[name]], "\"data\":\\[\\{", info = paste(page$id, name))
      }
      for (name in tables[[page$id]]) {
        expect_match(html_of(output[[name]]), "<(td|li|pre)", info = paste(page$id, name))
      }
    })
    testServer(page$server, args = list(context = context_of(filters = some_filters$nobody)), {
      do.call(session$setInputs, inputs[[page$id]])
      for (name in setdiff(c(charts[[page$id]], tables[[page$id]]), whatever_the_filters)) {
        expect_error(
          html_of(output[[name]]),
          class = "shiny.silent.error",
          info = paste(page$id, name)
        )
      }
    })
  }
})

test_that("text from visitors is escaped", {
  testServer(products_server, args = list(context = context_of(filters = days_of(range = "all"))), {
    session$setInputs(dimension = "product", measure = "views", currency = "VND")
    expect_no_match(html_of(output$table), "<img", fixed = TRUE)
    expect_match(html_of(output$table), "&lt;img src=x", fixed = TRUE)
  })
  testServer(quality_server, args = list(context = context_of()), {
    session$setInputs(reason = "invalid_json")
    expect_no_match(html_of(output$raw), "<script>", fixed = TRUE)
    expect_match(html_of(output$raw), "&lt;script&gt;", fixed = TRUE)
  })
})

test_that("explorer: find a visitor, choose a session, and search without a match", {
  order <- all_orders[1, ]
  testServer(explorer_server, args = list(context = context_of()), {
    session$setInputs(text = order$order_id, find = 1)
    expect_match(html_of(output$sessions), order$session_key, fixed = TRUE)
    session$setInputs(session = order$session_key)
    expect_match(html_of(output$timeline), "checkout_complete", fixed = TRUE)
    expect_match(html_of(output$timeline), order$order_id, fixed = TRUE)
    session$setInputs(text = "nobody", find = 2)
    expect_error(output$sessions, "No visitor matches")
    session$setInputs(clear = 1)
    expect_match(html_of(output$sessions), "The latest 200 sessions", fixed = TRUE)
  })
})

test_that("each kind of warehouse error has a heading", {
  for (kind in names(headings_of_trouble)) {
    shown <- as.character(trouble(list(kind = kind, message = "Because <of> it.")))
    expect_match(shown, headings_of_trouble[[kind]], fixed = TRUE)
    expect_match(shown, "Because &lt;of&gt; it.", fixed = TRUE)
  }
  expect_null(trouble(list(kind = "ok")))
})

test_that("the application follows a warehouse that appears, breaks and recovers", {
  database <- scratch_database()
  server <- list2env(list(name = database, port = warehouse_settings()$port))
  warehouse <- new_warehouse(
    function() utils::modifyList(warehouse_settings(), as.list(server)),
    state_age_s = 0
  )
  on.exit(close_warehouse(warehouse), add = TRUE, after = FALSE)
  testServer(dashboard_server(warehouse), {
    session$setInputs(
      page = "overview",
      `filters-range` = "28d",
      `filters-login` = "all",
      `overview-measure` = "sessions"
    )
    expect_match(html_of(output$trouble), "The warehouse is empty")
    # The seeded database in place of the empty one. A browser test fills an empty one.
    server$name <- seeded
    close_warehouse(warehouse)
    session$elapse(state_interval_ms + 500)
    expect_null(output$trouble)
    expect_match(html_of(output$scope), "Sun 22 Nov 2026")
    expect_match(
      html_of(output$`overview-boxes`),
      count_text(nrow(passing(four_weeks))),
      fixed = TRUE
    )
    server$port <- "1"
    close_warehouse(warehouse)
    session$elapse(state_interval_ms + 500)
    expect_match(html_of(output$trouble), "can.t be reached")
    server$port <- warehouse_settings()$port
    session$elapse(state_interval_ms + 500)
    expect_null(output$trouble)
  })
})
