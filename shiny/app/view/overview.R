overview_page <- function() {
  new_page(
    "overview",
    "Overview",
    overview_ui,
    overview_server,
    choices = c(measure = "sessions", grain = "day"),
    flags = "live",
    scope = list(
      categories = "sessions with such a product",
      brands = "sessions with such a product"
    )
  )
}

overview_measures <- c(
  sessions = "Sessions",
  visitors = "Visitors",
  orders = "Orders",
  revenue = "Revenue"
)

overview_ui <- function(id) {
  ns <- NS(id)
  is_live <- identical(in_link(ns("live")), "1")
  tagList(
    tags$div(class = "page-tools", flag(ns("live"), "Live")),
    shown_if(ns("live"), "false", period_ui(ns), hidden = is_live),
    shown_if(ns("live"), "true", live_ui(ns), hidden = !is_live)
  )
}

#' Creates the numbers and charts of the chosen days.
period_ui <- function(ns) {
  tagList(
    uiOutput(ns("boxes")),
    panel(
      "Over time",
      chart(ns("days"), label = "Chart of the measure per day, week or month"),
      meaning = meaning("sessions", "visitors", "orders", "revenue", "part"),
      controls = tagList(
        choice(ns("measure"), "Measure", overview_measures, "130px"),
        choice(ns("grain"), "By", day_grains, "100px")
      ),
      csv = ns("days_csv"),
      rows = ns("days_rows")
    ),
    tags$div(
      class = "columns",
      panel(
        "Channels",
        chart(ns("channels"), 300, "Chart of sessions by channel"),
        meaning = meaning("channel", "sessions"),
        csv = ns("channels_csv"),
        rows = ns("channels_rows")
      ),
      panel(
        "Devices",
        chart(ns("devices"), 300, "Chart of sessions by device"),
        meaning = meaning("sessions"),
        csv = ns("devices_csv"),
        rows = ns("devices_rows")
      )
    )
  )
}

overview_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    before <- reactive(compared_period(filters(), context$state()$loaded))
    # Periods that are not fully loaded would compare unfairly.
    why_not <- reactive(incomparable(filters(), before()))
    has_before <- reactive(!nzchar(why_not()))
    visits <- reactive(visits_of_days(context$ask, filters()))
    visits_before <- reactive(visits_of_days(context$ask, before()))
    money_days <- reactive(revenue_days(context$ask, filters()))
    money_before <- reactive(revenue_days(context$ask, before()))
    now <- reactive(overview_totals(context$ask, filters(), visits(), money_days()))
    then <- reactive(
      if (has_before()) overview_totals(context$ask, before(), visits_before(), money_before())
    )
    revenue <- reactive(revenue_by_currency(context$ask, filters(), money_days()))
    revenue_before <- reactive(
      if (has_before()) revenue_by_currency(context$ask, before(), money_before())
    )
    bots <- reactive(bots_left_out(context$ask, filters()))
    rows <- reactive(
      overview_periods(context$ask, filters(), visits(), money_days(), input$grain)
    )
    rows_before <- reactive(
      if (has_before()) {
        overview_periods(context$ask, before(), visits_before(), money_before(), input$grain)
      }
    )
    channels <- reactive(session_shares(visits(), "channel"))
    devices <- reactive(session_shares(visits(), "device"))

    # Without a loaded day the numbers are unknown, not 0. The line below the filters says so.
    output$boxes <- renderUI(
      if (NROW(filters()$loaded) > 0) {
        tagList(
          if (!has_before() && !is.null(before())) {
            tags$p(class = "note", sprintf("No comparison: %s.", why_not()))
          },
          overview_boxes(
            now(),
            then(),
            revenue(),
            revenue_before(),
            bots(),
            context$scale(),
            if (has_before()) paste0(comparison_name(filters()), to_the_same_hour(filters()))
          )
        )
      }
    )
    output$days <- render_chart(function() {
      if (input$measure == "revenue") {
        return(revenue_chart(money_days(), filters(), input$grain, context$scale()))
      }
      overview_chart(rows(), rows_before(), input$measure, input$grain, filters())
    })
    output$channels <- render_chart(function() share_bars(need_rows(channels()), "channel"))
    output$devices <- render_chart(function() {
      share_bars(need_rows(devices()), "device", palette_of_series[3])
    })

    in_csv <- function() {
      periods_with_revenue(rows(), money_days(), input$grain, context$scale())
    }
    output$days_csv <- csv_of("overview", in_csv, filters)
    output$days_rows <- rows_table(in_csv)
    output$channels_csv <- csv_of("overview-channels", channels, filters)
    output$channels_rows <- rows_table(channels)
    output$devices_csv <- csv_of("overview-devices", devices, filters)
    output$devices_rows <- rows_table(devices)

    live_server(input, output, session, context)
  })
}

#' Says to which hour a comparison goes, if not to the end of the day.
to_the_same_hour <- function(filters) {
  part <- last_part(filters)
  if (is.null(part)) "" else sprintf(", both to %s", part$until_time)
}

#' Draws a measure per period, and that of the compared period.
overview_chart <- function(rows, earlier, measure, grain, filters) {
  need_rows(rows[rows$days > 0 & rows$sessions + rows$orders > 0, ])
  series <- list(list(
    name = overview_measures[[measure]],
    values = rows[[measure]],
    part = !rows$whole & rows$days > 0,
    part_text = part_text(rows, grain, filters)
  ))
  if (!is.null(earlier)) {
    series <- c(
      series,
      list(list(
        name = "Compared period",
        values = earlier[[measure]][seq_len(nrow(rows))],
        color = previous_line,
        dash = "dot"
      ))
    )
  }
  line_chart(
    rows$at,
    series,
    y = sprintf("%s per %s", overview_measures[[measure]], grain),
    x_axis = period_axis(rows$at, grain)
  )
}

#' Labels the periods that are not whole: "to 18:59" or "5 of 7 days".
part_text <- function(rows, grain, filters) {
  if (grain == "day") {
    part <- filters$loaded[match(rows$at, filters$loaded$day), ]
    text <- ifelse(
      part$from_time == "00:00",
      paste("to", part$until_time),
      paste("from", part$from_time)
    )
  } else {
    text <- sprintf("%d of %d days", rows$days, period_days(rows$at, grain))
    text[nrow(rows)] <- paste0(
      text[nrow(rows)],
      if (!is.null(last_part(filters))) paste(", the last to", last_part(filters)$until_time)
    )
  }
  ifelse(rows$whole | rows$days == 0, "", text)
}

#' Creates the boxes of the page.
overview_boxes <- function(now, then, revenue, revenue_before, bots, scale, before) {
  count_box <- function(id, label, measure, text, key, detail = NULL) {
    change <- if (is.null(then)) NA else change_of(measure(now), measure(then))
    box(id, label, text(measure(now)), key, change, before, detail)
  }
  # A rate changes by points, not by a share of itself.
  rate_box <- function(id, label, part, text, key) {
    rate <- function(rows) ratio_of(rows[[part]], rows$sessions)
    change <- if (is.null(then)) NA else rate(now) - rate(then)
    detail <- count_of(now[[part]], "session")
    box(id, label, text(rate(now)), key, change, before, detail, points = TRUE)
  }
  per_session <- function(part) function(rows) ratio_of(rows[[part]], rows$sessions)
  new <- sprintf("%s new", count_text(now$new_visitors))
  left_out <- tagList(sprintf("%s of bots left out", count_of(bots, "session")), meaning("bots"))
  viewed <- sprintf("%s page views", count_text(now$page_views))
  boxes(
    count_box("visitors", "Visitors", function(rows) rows$visitors, count_text, "visitors", new),
    count_box(
      "sessions",
      "Sessions",
      function(rows) rows$sessions,
      count_text,
      "sessions",
      left_out
    ),
    rate_box("engaged", "Engaged", "engaged", percent_text, "engaged"),
    count_box(
      "pages",
      "Pages per session",
      per_session("page_views"),
      decimal_text,
      "pages_per_session",
      viewed
    ),
    count_box(
      "duration",
      "Mean duration",
      per_session("duration_s"),
      duration_text,
      "duration"
    ),
    rate_box(
      "conversion",
      "Conversion rate",
      "converted",
      function(share) percent_text(share, 2),
      "conversion"
    ),
    count_box("orders", "Orders", function(rows) rows$orders, count_text, "orders"),
    if (nrow(revenue) == 0) box("revenue", "Revenue", "–", "revenue", detail = "No orders"),
    lapply(seq_len(min(nrow(revenue), 3)), function(i) {
      revenue_box(revenue[i, ], revenue_before, scale, before)
    })
  )
}

#' Creates the box of the revenue in one currency. Without a value it is unknown, never 0.
revenue_box <- function(one, revenue_before, scale, before) {
  earlier <- if (is.null(revenue_before)) {
    NA
  } else {
    known_sum(c(revenue_before$revenue_minor[revenue_before$currency == one$currency], numeric()))
  }
  box(
    paste0("revenue-", one$currency),
    amount_heading("Revenue", one$currency),
    short_number(major_units(one$revenue_minor, scale)),
    "revenue",
    change = change_of(one$revenue_minor, earlier),
    before = before,
    detail = revenue_detail(one, scale)
  )
}

#' Says from how many orders a revenue is, and, if some have no value, what to send.
revenue_detail <- function(one, scale) {
  whole <- count_of(one$orders, "order")
  if (one$orders_with_revenue == one$orders) {
    return(sprintf("%s from %s", money_text(one$revenue_minor, one$currency, scale), whole))
  }
  tagList(
    if (one$orders_with_revenue > 0) {
      sprintf("%s; ", money_text(one$revenue_minor, one$currency, scale))
    },
    sprintf("%s of %s carry a value.", count_text(one$orders_with_revenue), whole),
    what_to_send()
  )
}

#' Creates the link to what the shop has to send for revenue.
what_to_send <- function() meaning_link("What to send", "order_value")

#' Draws bars with their shares.
share_bars <- function(rows, column, color = palette_of_series[1]) {
  shares <- rows$sessions / sum(rows$sessions)
  bar_chart(
    rows[[column]],
    rows$sessions,
    "Sessions",
    color = color,
    text = percent_text(shares),
    hover = "%{x:,} sessions"
  )
}

#' Returns the revenue of one currency per period: 0 without an order, NA without a value.
revenue_per_period <- function(money, rows, grain, scale) {
  money$at <- period_of(money$day, grain)
  values <- sums_by(money, "at", rows$at, "revenue_minor")$revenue_minor
  values[rows$days == 0] <- NA
  major_units(values, scale)
}

#' Draws one chart per currency, since currencies are neither added up nor comparable on one axis.
revenue_chart <- function(money, filters, grain, scale) {
  need_rows(money, "No orders in these days.")
  known <- currencies_of(money[!is.na(money$revenue_minor), ], "orders")
  validate(need(length(known) > 0, "No order of these days carries a value."))
  rows <- periods(filters, grain)
  charts <- lapply(utils::head(seq_along(known), 3), function(i) {
    line_chart(
      rows$at,
      list(list(
        name = currency_text(known[i]),
        values = revenue_per_period(money[money$currency == known[i], ], rows, grain, scale),
        color = palette_of_series[i],
        part = !rows$whole & rows$days > 0,
        part_text = part_text(rows, grain, filters)
      )),
      y = currency_text(known[i]),
      x_axis = period_axis(rows$at, grain),
      y_axis = money_axis()
    )
  })
  if (length(charts) == 1) {
    return(charts[[1]])
  }
  joined <- plotly::subplot(
    charts,
    nrows = length(charts),
    shareX = TRUE,
    titleY = TRUE,
    margin = 0.04
  )
  plotly::config(joined, displayModeBar = FALSE)
}

#' Adds one column of revenue per currency, in its major unit.
periods_with_revenue <- function(rows, money, grain, scale) {
  for (currency in currencies_of(money, "orders")) {
    name <- paste0("revenue_", if (currency == "") "no_currency" else currency)
    rows[[name]] <- revenue_per_period(money[money$currency == currency, ], rows, grain, scale)
  }
  names(rows)[names(rows) == "days"] <- "loaded_days"
  rows
}
