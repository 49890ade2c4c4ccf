quality_page <- function() {
  new_page(
    "quality",
    "Data quality & runs",
    quality_ui,
    quality_server,
    choices = c(reason = ""),
    states = "record",
    scope = every_filter(""),
    bots = "Bots are included."
  )
}

quality_ui <- function(id) {
  ns <- NS(id)
  tagList(
    uiOutput(ns("boxes")),
    tags$div(
      class = "columns",
      panel(
        "Missing values",
        chart(ns("missing"), label = "Chart of the share of missing values per day", wide = TRUE),
        meaning = meaning("null_rates"),
        note = "Share of a day's events without a value",
        csv = ns("missing_csv"),
        rows = ns("missing_rows")
      ),
      panel(
        "Lag",
        chart(ns("lags"), label = "Chart of the lag per hour"),
        meaning = meaning("lag"),
        note = "From occurrence to reception, by hour, in seconds (logarithmic)",
        csv = ns("lags_csv"),
        rows = ns("lags_rows")
      )
    ),
    panel(
      "Loads",
      table_ui(ns("runs"), "loads"),
      meaning = meaning("ledger"),
      note = "All days, the latest first; windows are UTC",
      csv = ns("runs_csv")
    ),
    panel(
      "Erasures",
      table_ui(ns("erasures"), "erasures"),
      meaning = meaning("erasures"),
      note = "All days, the latest first; the requests are stored without ids",
      csv = ns("erasures_csv")
    ),
    panel(
      "Rejected records by day",
      chart(ns("reject_days"), 260, "Chart of rejected records per day", wide = TRUE),
      meaning = meaning("rejected"),
      note = "All days, by UTC day of reception",
      csv = ns("reject_days_csv"),
      rows = ns("reject_days_rows")
    ),
    tags$div(
      class = "columns wide-first",
      panel(
        "Rejected records",
        table_ui(ns("rejects"), "rejected records"),
        meaning = meaning("rejected"),
        controls = choice(ns("reason"), "Reason", stats::setNames("All reasons", ""), "170px"),
        csv = ns("rejects_csv")
      ),
      panel("Raw text", uiOutput(ns("raw")), meaning = meaning("rejected"))
    )
  )
}

missing_columns <- c(
  without_client_id = "Client id",
  without_session_id = "Client's session id",
  without_login_state = "Login state",
  without_page_url = "Page URL",
  without_user_agent = "User agent",
  unknown_names = "Event name",
  without_product_id = "Product id",
  without_product_price = "Product price"
)

# The time since the last load is shown anew so often.
age_interval_ms <- 10000

quality_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    # Also shown for an empty warehouse: rejected records may be the reason.
    readable <- reactive(req(context$state()$kind %in% c("ok", "empty")))
    fresh <- reactive({
      readable()
      freshness(context$ask)
    })
    output$boxes <- renderUI(quality_boxes(fresh(), session$ns("finished_age")))
    clock <- context$clock %||% Sys.time
    output$finished_age <- renderText({
      invalidateLater(age_interval_ms, session)
      duration_text(age_s(fresh()$finished_epoch_s, clock()))
    })
    serve_events_quality(output, context, reactive(fresh()$zone))
    serve_loads(input, output, session, reactive(ledger(context$ask, fresh()$zone)))
    serve_erasures(input, output, session, reactive(erasures(context$ask, fresh()$zone)))
    serve_reject_days(
      input,
      output,
      session,
      reactive({
        readable()
        reject_days(context$ask)
      })
    )
    serve_rejects(
      input,
      output,
      session,
      context,
      reactive({
        readable()
        rejects(context$ask, input$reason)
      })
    )
  })
}

# The filters of CSVs that contain all days.
no_days <- function() list(from = "all", to = "days")

#' Serves missing values and lag of the events.
serve_events_quality <- function(output, context, zone) {
  missing <- reactive(missing_values(context$ask, context$filters()))
  lag_hours <- reactive(lags(context$ask, context$filters(), zone()))
  output$missing <- render_chart(function() missing_chart(context$filters(), missing()))
  output$missing_csv <- csv_of("missing-values", missing, context$filters)
  output$missing_rows <- rows_table(missing)
  output$lags <- render_chart(function() lag_chart(lag_hours()))
  output$lags_csv <- csv_of("lag", lag_hours, context$filters)
  output$lags_rows <- rows_table(lag_hours)
}

#' Serves the table of loads.
serve_loads <- function(input, output, session, runs) {
  table_server(
    input,
    output,
    session,
    "runs",
    reactive(run_rows(runs())),
    run_columns,
    "No load yet."
  )
  output$runs_csv <- csv_of("loads", runs, no_days)
}

#' Serves the rejected records by day, whose reasons are the choices of the table below.
serve_reject_days <- function(input, output, session, by_day) {
  observeEvent(by_day(), {
    counts <- reason_counts(by_day())
    labels <- sprintf("%s (%s)", names(counts), count_text(counts))
    updateSelectInput(
      session,
      "reason",
      choices = c("All reasons" = "", stats::setNames(names(counts), labels)),
      selected = isolate(input$reason)
    )
  })
  output$reject_days <- render_chart(function() reject_days_chart(by_day()))
  output$reject_days_rows <- rows_table(by_day)
  output$reject_days_csv <- csv_of("rejects-by-day", by_day, no_days)
}

#' Returns the number of rejected records by reason, the most frequent first.
reason_counts <- function(by_day) {
  reasons <- by_total(by_day$reason, by_day$records)
  vapply(reasons, function(reason) sum(by_day$records[by_day$reason == reason]), 0)
}

#' Serves the table of rejected records, and the text of the chosen one.
serve_rejects <- function(input, output, session, context, records) {
  chosen <- reactive({
    rows <- need_rows(records(), "No rejected records.")
    if (isTRUE(input$record %in% rows$object_key)) input$record else rows$object_key[1]
  })
  table_server(
    input,
    output,
    session,
    "rejects",
    records,
    reject_columns,
    "No rejected records.",
    attributes = function(shown) {
      choice_attributes(
        session$ns("record"),
        shown$object_key,
        chosen(),
        session$ns("raw")
      )
    }
  )
  output$rejects_csv <- csv_of("rejects", records, no_days)
  output$raw <- renderUI({
    found <- reject_text(context$ask, chosen())
    validate(need(!is.null(found), "This record no longer exists."))
    raw_record(chosen(), found)
  })
}

#' Draws the share of events without a value, per day.
missing_chart <- function(filters, rows) {
  days <- format(drawn_days(filters))
  rows <- need_rows(rows)[match(days, rows$day), ]
  lines <- lapply(names(missing_columns), function(name) {
    whole <- if (name %in% c("without_product_id", "without_product_price")) {
      rows$product_events
    } else {
      rows$events
    }
    list(name = missing_columns[[name]], values = ratio_of(rows[[name]], whole))
  })
  some <- vapply(lines, function(line) any(line$values > 0, na.rm = TRUE), NA)
  validate(need(any(some), "No value is missing."))
  line_chart(
    days,
    lines[some],
    y = "Share of events",
    y_axis = share_axis(tickformat = ",.1%"),
    hover = "%{y:.2%}",
    legend = TRUE
  )
}

#' Draws the lag per hour, in seconds.
lag_chart <- function(rows) {
  rows <- need_rows(rows)
  seconds <- function(ms) pmax(ms, 1) / 1000
  dots_chart(
    rows$hour,
    list(
      list(name = "95% within", values = seconds(rows$p95_lag_ms)),
      list(name = "Median", values = seconds(rows$median_lag_ms))
    ),
    y = "Seconds",
    x_axis = hour_axis(rows$hour),
    y_axis = list(
      type = "log",
      tickvals = 10^(-3:6),
      ticktext = c("0.001", "0.01", "0.1", "1", "10", "100", "1,000", "10,000", "100,000", "1 M")
    ),
    hover = "%{y:,.3f} s"
  )
}

#' Draws the rejected records per day, by reason.
reject_days_chart <- function(rows) {
  rows <- need_rows(rows, "No record has been rejected.")
  chart <- plotly::plot_ly()
  for (reason in sort(unique(rows$reason))) {
    own <- rows[rows$reason == reason, ]
    chart <- plotly::add_bars(
      chart,
      x = own$day,
      y = own$records,
      name = reason,
      width = 86400000 * 0.8,
      hovertemplate = "%{x}<br>%{fullData.name}: %{y:,}<extra></extra>"
    )
  }
  styled(
    chart,
    y = "Records",
    x_axis = day_axis(format(seq(as.Date(min(rows$day)), as.Date(max(rows$day)), by = "day"))),
    y_axis = count_axis(),
    barmode = "stack"
  )
}

#' Shows the text of a rejected record, or its beginning.
raw_record <- function(key, found) {
  tagList(
    tags$p(class = "note raw-key", key),
    if (found$bytes == 0) {
      empty_state("The record has no bytes.")
    } else {
      tags$pre(class = "raw", found$text)
    },
    if (found$shown < found$bytes) {
      tags$p(
        class = "note",
        sprintf("First %s of %s stored bytes.", grouped(found$shown), grouped(found$bytes))
      )
    }
  )
}

#' Adds the columns of the table of loads that are text.
run_rows <- function(rows) {
  # Sorted as this text is.
  rows$window <- paste(rows$window_from, rows$window_to)
  rows$ok <- ifelse(rows$balanced, "✔", "NO")
  rows
}

#' Formats windows, "2026-11-22 05:00 2026-11-22 07:00": whole days by their name only, and the end
#' without its day if that is the day of the start.
window_text <- function(window) {
  from <- substr(window, 1, 16)
  to <- substr(window, 18, 33)
  next_day <- format(as.Date(substr(from, 1, 10)) + 1)
  is_midnight <- to == paste(next_day, "00:00")
  ifelse(
    is_midnight & substr(from, 12, 16) == "00:00",
    day_text(substr(from, 1, 10)),
    paste(
      instant_text(from),
      "–",
      ifelse(
        is_midnight,
        "24:00",
        ifelse(
          substr(to, 1, 10) == substr(from, 1, 10),
          substr(to, 12, 16),
          gsub(" ", "\u00a0", instant_text(to), fixed = TRUE)
        )
      )
    )
  )
}

#' Returns the columns of the table of loads.
run_columns <- function() {
  list(
    column("started", "Started", instant_text, numeric = FALSE),
    column("mode", "Mode", numeric = FALSE, whole = TRUE),
    column("window", "Window (UTC)", window_text, numeric = FALSE),
    column("records_listed", "Listed"),
    column("already_loaded", "Already loaded"),
    column("inserted", "Inserted"),
    column("duplicates", "Duplicates"),
    column("rejected", "Rejected"),
    column("erased", "Erased"),
    column("closed", "Closed"),
    column("unreadable", "Unreadable"),
    column("vanished", "Vanished"),
    column("quarantined", "Quarantined"),
    column("seconds", "Seconds", function(value) decimal_text(value, 1)),
    column("ok", "Adds up", numeric = FALSE, whole = TRUE)
  )
}

#' Returns the columns of the table of rejected records.
reject_columns <- function() {
  list(
    column("object_key", "Record", short_key, numeric = FALSE, whole = TRUE),
    column("reason", "Reason", numeric = FALSE, whole = TRUE),
    column("detail", "Detail", numeric = FALSE),
    column("bytes", "Bytes")
  )
}

#' Shortens the UUID in an object key.
short_key <- function(key) {
  sub("(event|batch)-([0-9a-f]{8})[-0-9a-f]*\\.(json|ndjson)", "\\1-\\2….\\3", key)
}

#' Creates the boxes of the page.
#'
#' @param finished_age output with the time since the last load, which grows while the page is open
quality_boxes <- function(fresh, finished_age) {
  known <- fresh$runs > 0
  boxes(
    box(
      "newest",
      "Newest hour with events",
      if (is.na(fresh$newest_hour)) "–" else substr(fresh$newest_hour, 12, 16),
      "freshness",
      detail = if (!is.na(fresh$newest_hour)) {
        sprintf("%s (%s)", day_text(substr(fresh$newest_hour, 1, 10)), fresh$zone)
      }
    ),
    box(
      "finished",
      "Since the last load",
      if (known) textOutput(finished_age, inline = TRUE) else "never",
      "freshness",
      detail = if (known) sprintf("finished %s", instant_text(fresh$finished))
    ),
    box(
      "incomplete",
      "Incomplete hours",
      count_text(fresh$incomplete_hours),
      "freshness",
      detail = "will be listed again"
    ),
    box(
      "inserted",
      "Events inserted",
      count_text(fresh$inserted),
      "ledger",
      detail = sprintf("by %s", count_of(fresh$runs, "load"))
    ),
    box(
      "duplicates",
      "Duplicates",
      count_text(fresh$duplicates),
      "ledger",
      detail = sprintf(
        "%s of records read, %s conflicting",
        percent_text(ratio_of(fresh$duplicates, fresh$read), 2),
        count_text(fresh$conflicting)
      )
    ),
    box(
      "rejected",
      "Rejected",
      count_text(fresh$rejected),
      "rejected",
      detail = sprintf("%s of records read", percent_text(ratio_of(fresh$rejected, fresh$read), 2))
    ),
    box(
      "unreadable",
      "Unreadable or vanished",
      count_text(fresh$unreadable + fresh$vanished),
      "ledger"
    ),
    box(
      "quarantined",
      "In quarantine",
      count_text(fresh$quarantined),
      "quarantine",
      detail = if (fresh$quarantined > 0) fresh$quarantine_error
    ),
    box(
      "claims",
      "Orders claimed by others",
      count_text(fresh$conflicting_orders),
      "claims",
      detail = sprintf(
        "of %s, %s signed",
        count_text(fresh$orders),
        count_text(fresh$signed_orders)
      )
    )
  )
}
