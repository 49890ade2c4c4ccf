context_of <- function(state = the_state, filters = four_weeks, ask = query) {
  list(
    ask = ask,
    ask_now = ask,
    filters = reactive(filters),
    state = reactive(state),
    zone = reactive(zone),
    scale = reactive(0),
    href = function(page, choices = list(), change = list()) {
      to_query(utils::modifyList(new_filters(), change), page, choices)
    }
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

test_that("the newest event is said if it is over an hour before the end of what is loaded", {
  said <- function(newest) {
    loaded_up_to(list(
      loaded = data.frame(day = "2026-11-29", until_time = "21:22"),
      newest_minute = newest
    ))
  }
  expect_equal(
    said("2026-11-29 13:58"),
    "Loaded up to Sun 29 Nov 2026, 21:22, newest event 13:58."
  )
  expect_match(said("2026-11-29 20:21"), "newest event 20:21.", fixed = TRUE)
  expect_match(said("2026-11-28 23:30"), "newest event Sat 28 Nov 2026, 23:30.", fixed = TRUE)
  # An hour, a newer event of a wrong clock, and none.
  for (newest in list("2026-11-29 20:22", "2026-11-30 01:00", NA_character_, NULL)) {
    expect_equal(said(newest), "Loaded up to Sun 29 Nov 2026, 21:22.")
  }
  expect_equal(
    the_state$newest_minute,
    query(
      "SELECT to_char(max(minute) AT TIME ZONE reporting_zone(), 'YYYY-MM-DD HH24:MI') AS minute
      FROM traffic_minutely WHERE events > 0"
    )$minute
  )
})

test_that("more filters are open, with their number, if one of them is set", {
  is_open <- function(link) {
    shown <- as.character(filter_bar_ui("filters", from_query(link)$filters))
    grepl("<details id=\"filters-more\" class=\"more-filters\" open", shown, fixed = TRUE)
  }
  for (link in c("?range=7d&login=guest&channel=Direct", "?visitors=all&compare=previous")) {
    expect_equal(more_filters_set(from_query(link)$filters), 0)
    expect_false(is_open(link))
  }
  for (link in paste0(
    "?",
    c(
      "device=mobile",
      "source=a&source=b",
      "campaign=a",
      "category=a",
      "brand=a",
      "visitors=new",
      "compare=none"
    )
  )) {
    expect_equal(more_filters_set(from_query(link)$filters), 1)
    expect_true(is_open(link))
  }
  testServer(filter_bar_server, args = list(ask = query, state = reactiveVal(the_state)), {
    session$setInputs(range = "28d", login = "all")
    session$elapse(500)
    expect_equal(output$more_set, "")
    session$setInputs(devices = "mobile", visitors = "new")
    session$elapse(500)
    expect_equal(output$more_set, "(2 set)")
  })
  # A link inside the application opens them, too.
  opened_by <- function(...) {
    opened <- character()
    session <- structure(
      list(
        ns = function(id) paste0("filters-", id),
        sendInputMessage = function(id, message) NULL,
        sendCustomMessage = function(type, message) {
          if (type == "open") opened <<- c(opened, message)
        }
      ),
      class = "MockShinySession"
    )
    isolate(set_filters(session, list(), new_filters(...)))
    opened
  }
  expect_length(opened_by(login = "guest"), 0)
  expect_equal(opened_by(devices = "mobile"), "filters-more")
})

test_that("quality: the time since the last load grows between loads", {
  finished <- freshness(query)$finished_epoch_s
  now <- finished + 6420
  context <- context_of()
  context$clock <- function() now
  testServer(quality_server, args = list(context = context), {
    session$setInputs(reason = "")
    expect_match(html_of(output$boxes), session$ns("finished_age"), fixed = TRUE)
    expect_equal(output$finished_age, "1 h 47 min")
    now <<- finished + 7140
    session$elapse(age_interval_ms)
    expect_equal(output$finished_age, "1 h 59 min")
    # The clock of the database may be ahead.
    now <<- finished - 5
    session$elapse(age_interval_ms)
    expect_equal(output$finished_age, "0 s")
  })
})

test_that("overview: boxes show the numbers and their change", {
  testServer(overview_server, args = list(context = context_of()), {
    session$setInputs(measure = "sessions", grain = "day")
    shown <- html_of(output$boxes)
    expect_match(shown, count_text(nrow(passing(four_weeks))), fixed = TRUE)
    before <- passing(compared_period(four_weeks, the_state$loaded))
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
    session$setInputs(measure = "sessions", grain = "day")
    expect_match(html_of(output$boxes), "No comparison: 56 of 56 days", fixed = TRUE)
  })
})

test_that("overview: no numbers, rather than 0, for days that are not loaded", {
  boxes_of <- function(...) {
    filters <- days_of(range = "custom", ...)
    found <- NULL
    testServer(overview_server, args = list(context = context_of(filters = filters)), {
      session$setInputs(measure = "sessions", grain = "day")
      found <<- html_of(output$boxes)
    })
    grepl("data-box", paste(found, collapse = ""), fixed = TRUE)
  }
  day <- as.Date(the_state$first_day)
  expect_false(boxes_of(from = day - 3, to = day - 1))
  expect_true(boxes_of(from = day - 3, to = day))
})

test_that("every page draws its rows, or shows a message without rows", {
  inputs <- list(
    overview = list(measure = "visitors", grain = "week"),
    trends = list(measure = "sessions", grain = "hour"),
    funnel = list(funnel = "purchase", scope = "session", by = "channel"),
    pages = list(currency = "VND"),
    journeys = list(kind = "page"),
    products = list(dimension = "product", measure = "views", currency = "VND"),
    acquisition = list(
      group = "channel",
      credit = "orders",
      currency = "VND",
      money = "VND",
      markov = FALSE
    ),
    retention = list(currency = "VND"),
    sessions = list(text = ""),
    properties = list(key = ""),
    quality = list(reason = "")
  )
  charts <- list(
    overview = c("days", "channels", "devices"),
    trends = c("series", "pattern", "events", "unusual"),
    funnel = "bars",
    pages = character(),
    journeys = "flow",
    products = "top",
    acquisition = c("days", "credited"),
    retention = c("cohorts", "curve", "customers"),
    sessions = character(),
    properties = "days",
    quality = c("missing", "lags", "reject_days")
  )
  tables <- list(
    overview = character(),
    trends = "peaks",
    funnel = c("table", "segments"),
    pages = "table",
    journeys = c("paths", "transitions"),
    products = "table",
    acquisition = c("table", "credit_table"),
    retention = "people",
    sessions = c("sessions", "timeline"),
    properties = c("keys", "values"),
    quality = c("runs", "rejects", "raw")
  )
  whatever_the_filters <- c(
    "unusual",
    "people",
    "keys",
    "values",
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
      for (name in setdiff(
        c(charts[[page$id]], tables[[page$id]]),
        c(whatever_the_filters, if (page$id == "properties") "days")
      )) {
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
    # Searching and sorting are done on all rows, not on the shown ones.
    expect_match(html_of(output$table), "25 of 36", fixed = TRUE)
    session$setInputs(table_search = "IMG SRC")
    expect_no_match(html_of(output$table), "<img", fixed = TRUE)
    expect_match(html_of(output$table), "&lt;img src=x", fixed = TRUE)
    session$setInputs(table_search = "no such product")
    expect_match(html_of(output$table), "No row matches.", fixed = TRUE)
    session$setInputs(table_search = "", table_more = 1)
    expect_no_match(html_of(output$table), "of 36", fixed = TRUE)
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
    session$setInputs(find = order$order_id)
    expect_match(html_of(output$sessions), order$session_key, fixed = TRUE)
    session$setInputs(session = order$session_key)
    expect_match(html_of(output$timeline), "checkout_complete", fixed = TRUE)
    expect_match(html_of(output$timeline), order$order_id, fixed = TRUE)
    session$setInputs(find = "nobody")
    expect_error(output$sessions, "No visitor matches")
    session$setInputs(find = "")
    expect_match(
      html_of(output$sessions),
      sprintf("%s of %s", sessions_at_first, count_text(nrow(passing(four_weeks)))),
      fixed = TRUE
    )
    session$setInputs(more = 1)
    expect_match(html_of(output$sessions), sprintf("%d of", sessions_at_first + rows_at_once))
    session$setInputs(with = "product:P001")
    expect_match(html_of(output$sessions), "with product P001", fixed = TRUE)
    session$setInputs(with = "drop:purchase:2")
    left <- "that left funnel purchase after step 2, Add to cart, the latest first"
    expect_match(html_of(output$sessions), left, fixed = TRUE)
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
  # Shiny's stand-in for a session has no request and no event loop: queries run in this process.
  instead <- list(
    may_open = function(request) TRUE,
    ask_in_background = function(background, visitor, version, sql, values = list()) {
      ask(background$warehouse, sql, values)
    },
    refresh_state = function(background, pass) pass(lately_seen_state(background$warehouse))
  )
  real <- mget(names(instead), application)
  list2env(instead, application)
  on.exit(list2env(real, application), add = TRUE)
  database <- scratch_database()
  server <- list2env(list(name = database, port = warehouse_settings()$port))
  warehouse <- new_warehouse(
    function() utils::modifyList(warehouse_settings(), as.list(server)),
    state_age_s = 0
  )
  on.exit(close_warehouse(warehouse), add = TRUE, after = FALSE)
  suppressWarnings(testServer(dashboard_server(warehouse), {
    session$setInputs(
      page = "overview",
      `filters-range` = "28d",
      `filters-login` = "all",
      `overview-measure` = "sessions",
      `overview-grain` = "day"
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
  }))
})

test_that("retention says which share returned, once a cohort's next week is over", {
  cohorts <- data.frame(
    cohort_week = c("2026-11-02", "2026-11-02", "2026-11-09", "2026-11-09"),
    week_number = c(0, 1, 0, 1),
    cohort_visitors = c(80, 80, 40, 40),
    visitors = c(80, 20, 40, NA)
  )
  said <- as.character(returned_note(cohorts, "2026-11-02"))
  expect_match(said, "25.0% of the visitors")
  expect_match(said, "1 cohort whose week 1 is over, from Mon 2 Nov 2026.", fixed = TRUE)
  said <- as.character(returned_note(cohorts, "2026-11-03"))
  expect_match(said, "The first was loaded in part", fixed = TRUE)
  cohorts$visitors[4] <- 20
  said <- as.character(returned_note(cohorts, "2026-11-02"))
  expect_match(said, "33.3% of the visitors")
  expect_match(
    said,
    "2 cohorts whose week 1 is over, from Mon 2 Nov 2026 to Mon 9 Nov",
    fixed = TRUE
  )
  cohorts$visitors <- NA
  expect_null(returned_note(cohorts, "2026-11-02"))
})

test_that("the last day of a property is dashed while it is not complete", {
  lines_of <- function(complete) {
    filters <- four_weeks
    filters$loaded$complete[NROW(filters$loaded)] <- complete
    rows <- data.frame(day = format(filters$to), value = "a", events = 3)
    built <- plotly::plotly_build(property_chart(rows, filters))
    vapply(built$x$data, function(trace) trace$line$dash, "")
  }
  expect_equal(lines_of(TRUE), "solid")
  expect_equal(lines_of(FALSE), c("solid", "dash"))
})

test_that("each channel of the rules has a color of its own", {
  known <- query("SELECT DISTINCT channel FROM channel_rules")$channel
  expect_setequal(known, channel_names)
  expect_false(any(duplicated(channel_color(channel_names))))
  expect_false(previous_line %in% channel_color(channel_names))
  expect_equal(channel_color("Unassigned"), previous_line)
})

test_that("a table is sorted and searched in all its rows", {
  rows <- data.frame(
    name = c("b", "A", "c", "a"),
    count = c(2, NA, 10, 2),
    stringsAsFactors = FALSE
  )
  columns <- list(column("name", "Name", numeric = FALSE), column("count", "Count"))
  by <- function(column, order) sorted_rows(rows, list(column = column, order = order))$name
  expect_equal(by("count", "descending"), c("c", "b", "a", "A"))
  expect_equal(by("count", "ascending"), c("b", "a", "c", "A"))
  expect_equal(by("name", "ascending"), c("A", "a", "b", "c"))
  expect_equal(sorted_rows(rows, list(column = "no such", order = "ascending")), rows)
  expect_equal(matching_rows(rows, columns, " a ")$count, c(NA, 2))
  expect_equal(nrow(matching_rows(rows, columns, "10")), 0)
  expect_equal(nrow(matching_rows(rows, columns, NULL)), 4)
})

test_that("orders without a value are unknown revenue, with what to send", {
  one <- data.frame(
    currency = "VND",
    orders = 214,
    orders_with_revenue = 0,
    revenue_minor = NA_real_,
    stringsAsFactors = FALSE
  )
  shown <- as.character(revenue_box(one, NULL, 0, NULL))
  expect_match(shown, "<div class=\"box-value\">–</div>", fixed = TRUE)
  expect_match(shown, "0 of 214 orders carry a value.", fixed = TRUE)
  expect_match(shown, "What to send", fixed = TRUE)
  one$orders_with_revenue <- 214
  one$revenue_minor <- 0
  shown <- as.character(revenue_box(one, NULL, 0, NULL))
  expect_match(shown, "0 VND from 214 orders", fixed = TRUE)
  expect_no_match(shown, "carry a value", fixed = TRUE)
})

test_that("a step that does not occur is marked, and can be skipped", {
  written <- "event:product_view > event:no_such_event > event:checkout_complete"
  testServer(funnel_server, args = list(context = context_of()), {
    session$setInputs(
      funnel = own_funnel,
      steps = written,
      scope = "session",
      by = "channel",
      skip = FALSE,
      segments_search = ""
    )
    expect_match(html_of(output$note), "No such event in these days: no_such_event.", fixed = TRUE)
    shown <- html_of(output$table)
    expect_match(shown, "no_such_event (no such event in these days)", fixed = TRUE)
    counts <- own_counts(query, four_weeks, own_steps(written))
    expect_equal(counts$closed[2:3], c(0, 0))
    session$setInputs(skip = TRUE)
    expect_no_match(html_of(output$table), "no_such_event", fixed = TRUE)
    expect_no_match(html_of(output$note), "no_such_event", fixed = TRUE)
    both <- tapply(all_events$event_name, all_events$session_key, function(names) {
      first <- match("product_view", names)
      !is.na(first) && "checkout_complete" %in% names[-seq_len(first)]
    })
    keys <- passing(four_weeks)$session_key
    completed <- sum(both[names(both) %in% keys])
    expect_gt(completed, 0)
    expect_match(html_of(output$table), sprintf("data-sort=\"%d\"", completed), fixed = TRUE)
  })
})

test_that("what was bought is unknown if no order has items", {
  engaged <- data.frame(
    value = "P1",
    label = "One",
    view_sessions = 4,
    cart_sessions = 1,
    orders = 0,
    quantity = 0,
    stringsAsFactors = FALSE
  )
  money <- data.frame(value = character(), currency = character(), revenue_minor = numeric())
  rows_of <- function(is_unknown) product_rows(engaged, money, "VND", "product", 0, is_unknown)
  unknown <- unlist(rows_of(TRUE)[c("orders", "quantity", "revenue", "buy_rate")])
  expect_true(all(is.na(unknown)))
  expect_equal(rows_of(TRUE)$cart_rate, 0.25)
  known <- unlist(rows_of(FALSE)[c("orders", "quantity", "revenue", "buy_rate")])
  expect_equal(unname(known), c(0, 0, 0, 0))
  note <- as.character(lines_note(data.frame(orders = 214, with_lines = 0)))
  expect_match(note, "0 of 214 orders of these days have items", fixed = TRUE)
  expect_match(note, "What to send", fixed = TRUE)
})

test_that("rates change by points", {
  shown <- as.character(box("x", "X", "1 %", "conversion", 0.0034, "vs before", points = TRUE))
  expect_match(shown, "+0.34 points vs before", fixed = TRUE)
  expect_match(as.character(unknown_note(c(1, NA))), "What to send", fixed = TRUE)
  expect_null(unknown_note(c(1, 0)))
  of_na <- function(before) as.character(box("x", "X", "1", "conversion", NA, before))
  expect_match(of_na("vs before"), "– vs before", fixed = TRUE)
  expect_no_match(of_na(NULL), "box-change", fixed = TRUE)
  expect_equal(points_text(c(-0.011, 0, NA)), c("−1.10 points", "+0.00 points", "–"))
})

test_that("a link with an unknown choice opens the page with the default", {
  shown <- function(query) as.character(dashboard_ui()(list(QUERY_STRING = query)))
  expect_match(
    shown("?page=acquisition&group=device"),
    "<option value=\"device\" selected>",
    fixed = TRUE
  )
  expect_no_match(shown("?page=acquisition&group=nonsense"), "nonsense", fixed = TRUE)
  # The warehouse's currencies and funnels are offered later.
  expect_match(shown("?page=acquisition&currency=EUR"), "<option value=\"EUR\"", fixed = TRUE)
  expect_match(shown("?page=funnel&funnel=mine"), "<option value=\"mine\"", fixed = TRUE)
})

test_that("a link is rendered once, whatever its key, and another link anew", {
  rendered <- character()
  status <- 200L
  answer <- remembering_pages(function(request) {
    rendered <<- c(rendered, request$QUERY_STRING)
    httpResponse(status, "text/html", request$QUERY_STRING)
  })
  ask_for <- function(query, path = "/") {
    answer(list(PATH_INFO = path, REQUEST_METHOD = "GET", QUERY_STRING = query))$content
  }
  expect_equal(ask_for("?page=funnel"), "?page=funnel")
  expect_equal(ask_for("?page=funnel"), "?page=funnel")
  expect_equal(rendered, "?page=funnel")
  expect_equal(ask_for("?page=funnel&login=guest"), "?page=funnel&login=guest")
  expect_equal(ask_for("?page=funnel&funnel=mine"), "?page=funnel&funnel=mine")
  expect_equal(length(rendered), 3)
  # Other paths and errors are not kept.
  ask_for("?page=funnel", "/other")
  status <- 500L
  ask_for("?page=trends")
  ask_for("?page=trends")
  expect_equal(length(rendered), 6)
})

test_that("a page starts at its first opening, and its controls wait for it", {
  started <- character()
  page <- function(id) list(id = id, server = function(id, context) started <<- c(started, id))
  serve <- function(input, output, session) {
    serve_when_opened(input, list(page("a"), page("b")), NULL)
  }
  testServer(serve, {
    expect_length(started, 0)
    for (opened in c("b", "nonsense", "a", "b")) {
      session$setInputs(page = opened)
    }
    expect_equal(started, c("b", "a"))
  })
  shown <- as.character(dashboard_ui()(list(QUERY_STRING = "?page=funnel")))
  closed <- gregexpr("<template class=\"closed-page\">", shown, fixed = TRUE)[[1]]
  expect_length(closed, length(pages()) - 1)
  without <- gsub("<template.*?</template>", "", shown)
  expect_match(without, "id=\"funnel-bars\"", fixed = TRUE)
  expect_no_match(without, "id=\"trends-series\"", fixed = TRUE)
})

test_that("a chart is built once for the same rows, and as plotly builds it", {
  chart <- function(values) bar_chart(c("a", "b"), values, "Sessions")
  first <- built(chart(c(7, 5)))
  expect_identical(built(chart(c(7, 5))), first)
  expect_false(identical(built(chart(c(7, 6)))$x$data, first$x$data))
  expect_false(identical(built(bar_chart(c("a", "c"), c(7, 5), "Sessions"))$x$data, first$x$data))
  expect_false(identical(built(bar_chart(c("a", "b"), c(7, 5), "x"))$x$layout, first$x$layout))
  own <- plotly::plotly_build(chart(c(7, 5)))$x
  expect_equal(first$x[names(first$x)], own[names(first$x)])
})

test_that("windows of loads are short, and sort by time", {
  at <- function(from, to) window_text(paste(from, to))
  expect_equal(at("2026-11-22 00:00", "2026-11-23 00:00"), "Sun 22 Nov 2026")
  expect_equal(at("2026-11-22 05:00", "2026-11-22 07:00"), "Sun 22 Nov 2026, 05:00 – 07:00")
  expect_equal(at("2026-11-22 05:00", "2026-11-23 00:00"), "Sun 22 Nov 2026, 05:00 – 24:00")
  expect_equal(
    gsub("\u00a0", " ", at("2026-11-22 05:00", "2026-11-24 00:00")),
    "Sun 22 Nov 2026, 05:00 – Tue 24 Nov 2026, 00:00"
  )
  rows <- run_rows(ledger(query, zone))
  windows <- sorted_rows(rows, list(column = "window", order = "ascending"))$window_from
  expect_equal(windows, sort(rows$window_from))
})

test_that("the visitors of a page are unknown until they are counted, not 0", {
  rows <- data.frame(page_path = c("/", "/only-left"), views = c(5, 0), exits = c(1, 2))
  waiting <- with_page_visitors(rows, NULL)
  expect_equal(names(waiting), c("page_path", "views", "visitors", "exits"))
  expect_equal(pending_text(waiting$visitors), c("…", "…"))
  counted <- with_page_visitors(rows, data.frame(page_path = "/", visitors = 1200))
  expect_equal(pending_text(counted$visitors), c("1,200", "0"))
})
