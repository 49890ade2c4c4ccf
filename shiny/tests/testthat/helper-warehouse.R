# The warehouse of the tests. DW_* name a server and a role that may create databases;
# .ci/shiny-test fills the database that DASHBOARDS_TEST_DATABASE names.

root <- normalizePath(file.path("..", ".."))
application <- new.env(parent = globalenv())
suppressPackageStartupMessages(library(shiny))
for (folder in c("logic", "view")) {
  for (file in sort(list.files(file.path(root, "app", folder), "\\.R$", full.names = TRUE))) {
    sys.source(file, application)
  }
}
if (!nzchar(Sys.getenv("DASHBOARD_PLOTLY_JS"))) {
  Sys.setenv(
    DASHBOARD_PLOTLY_JS = file.path(
      root,
      "..",
      ".clickstream",
      "shiny",
      sprintf("plotly-%s.min.js", application$plotly_version)
    )
  )
}
attach(application, name = "application", warn.conflicts = FALSE)

named_database <- function(name) {
  function() utils::modifyList(warehouse_settings(), list(name = name))
}

psql <- function(database, ...) {
  settings <- warehouse_settings()
  output <- suppressWarnings(system2(
    "psql",
    c(
      "-qAtX",
      "-v",
      "ON_ERROR_STOP=1",
      "-h",
      settings$host,
      "-p",
      settings$port,
      "-U",
      settings$user,
      "-d",
      database,
      shQuote(c(...))
    ),
    env = if (nzchar(settings$password)) {
      sprintf("PGPASSWORD=%s", shQuote(settings$password))
    } else {
      character()
    },
    stdout = TRUE,
    stderr = TRUE
  ))
  if (!is.null(attr(output, "status"))) {
    stop(paste(output, collapse = "\n"))
  }
  output
}

migrations <- function() {
  files <- c(
    sort(Sys.glob(file.path(root, "..", "sql", "migrations", "*.sql"))),
    sort(Sys.glob(file.path(root, "..", "sql", "marts", "*.sql")))
  )
  stopifnot(length(files) > 5)
  c("--single-transaction", rbind("-f", files))
}

#' Creates a database that is dropped after the calling test.
scratch_database <- function(migrated = TRUE, env = parent.frame()) {
  name <- sprintf("dashboards_scratch_%d_%d", Sys.getpid(), sample.int(1e6, 1))
  psql("postgres", "-c", sprintf("CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0", name))
  at_end(
    function() psql("postgres", "-c", sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name)),
    env
  )
  if (migrated) {
    psql(name, migrations())
  }
  name
}

#' Runs an action at the end of the calling test, the last one first.
at_end <- function(action, env) {
  do.call(on.exit, list(bquote((.(action))()), add = TRUE, after = FALSE), envir = env)
}

seeded <- Sys.getenv("DASHBOARDS_TEST_DATABASE")
stopifnot(nzchar(seeded))
the_warehouse <- new_warehouse(named_database(seeded))
query <- function(sql, values = list()) ask(the_warehouse, sql, values)
the_state <- warehouse_state(the_warehouse)
zone <- "Asia/Ho_Chi_Minh"

days_of <- function(...) {
  resolve_days(new_filters(...), the_state$first_day, the_state$today, the_state$loaded)
}
four_weeks <- days_of()

# All sessions and events as R sees them, from which the tests compute each number again.
all_sessions <- query(
  "
  SELECT session_key::text, visitor_id, user_id, session_date::text AS day,
    to_char(started_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI:SS') AS started_text,
    duration_s, page_view_count, is_engaged, is_converted, is_bot,
    default_channel_group AS channel, landing_page_path, exit_page_path,
    device_category AS device, source, coalesce(utm_campaign, '') AS campaign
  FROM clickstream_sessions ORDER BY started_at, session_key"
)
all_events <- query(
  "
  SELECT event_id::text, session_key::text, visitor_id, event_name,
    extract(epoch FROM occurred_at)::float8 AS at,
    extract(epoch FROM event_timestamp)::float8 AS received,
    to_char(occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS day,
    is_bot, user_login_state, context_product_id AS product,
    context_product_category AS category, context_product_brand AS brand,
    order_id, order_value_minor AS value, currency,
    coalesce(
      (order_items -> 0 ->> 'quantity')::float8 * (order_items -> 0 ->> 'price_minor')::float8, 0
    ) AS line_value,
    (order_items -> 0 ->> 'quantity')::float8 AS quantity,
    order_items -> 0 ->> 'product_id' AS line_product, page_path
  FROM event_details ORDER BY occurred_at, event_id"
)

# Events that session_products counts.
product_events <- c(
  "product_view",
  "add_to_cart_click",
  "remove_from_cart_click",
  "wishlist_toggle",
  "share_click"
)

#' Returns the sessions that pass the filters, without bots.
passing <- function(filters) {
  rows <- all_sessions[!all_sessions$is_bot, ]
  rows <- rows[passes(rows$session_key, filters), ]
  rows[rows$day >= format(filters$from) & rows$day <= format(filters$to), ]
}

# The first session of each visitor.
first_keys <- local({
  people <- all_sessions[!all_sessions$is_bot, ]
  people$session_key[!duplicated(people$visitor_id)]
})

passes <- function(keys, filters) {
  session <- all_sessions[match(keys, all_sessions$session_key), ]
  kept <- !session$is_bot
  if (filters$login != "all") {
    kept <- kept & ifelse(is.na(session$user_id), "guest", "logged_in") == filters$login
  }
  if (length(filters$channels) > 0) {
    kept <- kept & session$channel %in% filters$channels
  }
  for (name in c("device", "source", "campaign")) {
    wanted <- filters[[paste0(name, "s")]]
    if (length(wanted) > 0) {
      kept <- kept & session[[name]] %in% wanted
    }
  }
  if (filters$visitors != "all") {
    kept <- kept & (session$session_key %in% first_keys) == (filters$visitors == "new")
  }
  if (length(filters$categories) + length(filters$brands) > 0) {
    # session_products has the last category of a product in the session; the seed's never change.
    touched <- all_events[
      all_events$event_name %in%
        product_events &
        !is.na(all_events$product),
    ]
    if (length(filters$categories) > 0) {
      touched <- touched[touched$category %in% filters$categories, ]
    }
    if (length(filters$brands) > 0) {
      touched <- touched[touched$brand %in% filters$brands, ]
    }
    kept <- kept & session$session_key %in% touched$session_key
  }
  kept
}

# Orders by the event that was received first.
all_orders <- local({
  rows <- all_events[all_events$event_name == "checkout_complete" & !all_events$is_bot, ]
  rows$order_id <- ifelse(is.na(rows$order_id), rows$event_id, rows$order_id)
  rows <- rows[order(rows$received, rows$event_id), ]
  rows <- rows[!duplicated(rows$order_id), ]
  rows$revenue <- ifelse(is.na(rows$value), rows$line_value, rows$value)
  rows
})

passing_orders <- function(filters) {
  rows <- all_orders[passes(all_orders$session_key, filters), ]
  rows[rows$day >= format(filters$from) & rows$day <= format(filters$to), ]
}

some_filters <- list(
  everything = days_of(range = "all"),
  four_weeks = four_weeks,
  guests = days_of(login = "guest"),
  members_by_search = days_of(login = "logged_in", channels = c("Organic Search", "Paid Search")),
  laptops = days_of(range = "90d", categories = c("Laptop", "Điện thoại")),
  one_brand = days_of(brands = "O'Neil & Söhne", channels = "Direct"),
  two_days = days_of(range = "custom", from = as.Date("2026-11-11"), to = as.Date("2026-11-12")),
  returning_on_phones = days_of(visitors = "returning", devices = "mobile"),
  by_campaign = days_of(
    range = "all",
    sources = c("newsletter", "facebook"),
    campaigns = c("weekly", "autumn", "sale-1111")
  ),
  nobody = days_of(channels = "Affiliates")
)

# Runs the event loop until a condition holds.
eventually <- function(condition) {
  limit <- Sys.time() + 60
  while (!condition() && Sys.time() < limit) {
    later::run_now(0.05)
  }
  expect_true(condition())
}
