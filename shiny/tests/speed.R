# Measures the queries of each page on the warehouse that DW_* name. From shiny/:
#   Rscript tests/speed.R
# Prints the first and the best of three rounds, without and with filters, and the slowest page.
# Exits 1 if a page takes SPEED_LIMIT_S seconds or longer (1 if it is not set).

for (file in sort(list.files("app/logic", "\\.R$", full.names = TRUE))) {
  source(file, encoding = "UTF-8")
}
warehouse <- new_warehouse(timeout_s = 60)
query <- function(sql, values = list()) ask(warehouse, sql, values)
state <- warehouse_state(warehouse)
if (state$kind != "ok") {
  stop(state$message)
}
zone <- state$zone

pages <- list(
  overview = function(filters) {
    visits <- visits_of_days(query, filters)
    money <- revenue_days(query, filters)
    overview_totals(query, filters, visits, money)
    overview_periods(query, filters, visits, money)
    revenue_by_currency(query, filters, money)
    bots_left_out(query, filters)
  },
  `overview, live` = function(filters) live_numbers(query, live_moment(Sys.time())),
  trends = function(filters) {
    visits <- visits_of_hours(query, filters, zone)
    trend(query, filters, zone, "day", visits)
    event_days(query, filters)
    unusual_days(query, filters)
  },
  `trends, visitors by hour` = function(filters) visitors_of_hours(query, filters, zone),
  `funnel per session` = function(filters) {
    funnel_counts(query, filters, "purchase", "session")
    funnel_segments(query, filters, "purchase", "channel")
    orders_placed(query, filters)
  },
  `funnel per visitor` = function(filters) funnel_counts(query, filters, "purchase", "visitor"),
  `funnel of own steps` = function(filters) {
    own_counts(query, filters, own_steps("page:/* > event:add_to_cart_click > page:/checkout"))
  },
  pages = function(filters) {
    page_report(query, filters)
    page_revenue(query, filters)
  },
  journeys = function(filters) {
    flow(query, filters, "page")
    top_paths(query, filters, "page")
    top_transitions(query, filters, "page")
  },
  products = function(filters) {
    engagement(query, filters, "product")
    line_revenue(query, filters, "product")
    orders_with_lines(query, filters)
  },
  acquisition = function(filters) {
    channel_days(query, filters)
    acquisition(query, filters, "channel")
    acquired_orders(query, filters, "channel")
    attributed(query, filters)
  },
  `acquisition by landing page` = function(filters) {
    acquisition(query, filters, "landing")
    acquired_orders(query, filters, "landing")
  },
  `attribution by Markov` = function(filters) attributed_by_markov(query, filters),
  retention = function(filters) {
    retention(query, filters)
    customer_segments(query)
    customer_rows(query)
  },
  sessions = function(filters) {
    rows <- recent_sessions(query, filters, zone, most = sessions_at_first)
    session_totals(query, filters, zone)
    if (nrow(rows) > 0) session_events(query, rows$session_key[1], zone)
  },
  `sessions, find` = function(filters) find_visitors(query, "no such visitor"),
  properties = function(filters) {
    keys <- property_keys(query, filters)$key
    if (length(keys) > 0) property_days(query, filters, keys[1])
  },
  quality = function(filters) {
    freshness(query)
    ledger(query, zone)
    missing_values(query, filters)
    lags(query, filters, zone)
    reject_days(query)
    rejects(query)
  },
  `filters' choices` = function(filters) filter_choices(query, filters)
)

plain <- resolve_days(new_filters(), state$first_day, state$today, state$loaded)
choices <- filter_choices(query, plain)
filters <- list(
  none = plain,
  guests = utils::modifyList(plain, list(login = "guest")),
  channel = utils::modifyList(plain, list(channels = utils::head(choices$channels, 2))),
  returning = utils::modifyList(plain, list(visitors = "returning", devices = "mobile")),
  category = utils::modifyList(plain, list(categories = utils::head(choices$categories, 1))),
  brand = utils::modifyList(plain, list(brands = utils::head(choices$brands, 1)))
)

limit_s <- as.numeric(Sys.getenv("SPEED_LIMIT_S", "1"))
rounds <- lapply(filters, function(one) {
  sapply(pages, function(page) vapply(1:3, function(round) system.time(page(one))[["elapsed"]], 0))
})
first <- sapply(rounds, function(seconds) seconds[1, ])
seconds <- sapply(rounds, function(seconds) apply(seconds, 2, min))
cat(sprintf(
  "%s events, %s\n",
  count_text(query("SELECT sum(events + bot_events) AS events FROM traffic_daily")$events),
  paste(format(plain$from), "to", format(plain$to))
))
cat("first round, s\n")
print(round(first, 3))
cat("best of three rounds, s\n")
print(round(seconds, 3))
slowest <- arrayInd(which.max(seconds), dim(seconds))
cat(sprintf(
  "slowest: %s with filter %s: %.3f s at first, %.3f s at best\n",
  rownames(seconds)[slowest[1]],
  colnames(seconds)[slowest[2]],
  first[slowest],
  seconds[slowest]
))
slow <- which(seconds >= limit_s, arr.ind = TRUE)
if (nrow(slow) > 0) {
  cat(
    sprintf(
      "too slow: %s with filter %s\n",
      rownames(seconds)[slow[, 1]],
      colnames(seconds)[slow[, 2]]
    ),
    sep = ""
  )
  quit(status = 1)
}
