overview_page <- function() {
  new_page(
    "overview",
    "Overview",
    c("login", "channel", "category", "brand"),
    overview_ui,
    overview_server
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
  tagList(
    uiOutput(ns("boxes")),
    panel(
      "Day by day",
      chart(ns("days")),
      meaning = meaning("sessions", "visitors", "orders", "revenue"),
      controls = choice(ns("measure"), "Measure", overview_measures, "130px"),
      csv = ns("days_csv")
    ),
    tags$div(
      class = "columns",
      panel(
        "Channels",
        chart(ns("channels"), 300),
        meaning = meaning("channel", "sessions"),
        csv = ns("channels_csv")
      ),
      panel(
        "Devices",
        chart(ns("devices"), 300),
        meaning = meaning("sessions"),
        csv = ns("devices_csv")
      )
    )
  )
}

overview_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    before <- reactive(previous_period(filters()))
    # A period that begins before the first loaded day would compare unfairly.
    has_before <- reactive(before()$from >= as.Date(context$state()$first_day))
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
    days <- reactive(overview_days(context$ask, filters(), visits(), money_days()))
    channels <- reactive(session_shares(visits(), "channel"))
    devices <- reactive(session_shares(visits(), "device"))

    output$boxes <- renderUI(overview_boxes(
      now(),
      then(),
      revenue(),
      revenue_before(),
      bots(),
      context$scale(),
      if (has_before()) {
        sprintf("%s – %s", day_text(before()$from), day_text(before()$to))
      } else {
        "The previous period is not fully loaded"
      }
    ))

    output$days <- render_chart(function() {
      shown <- days()
      if (input$measure == "revenue") {
        return(revenue_chart(money_days(), shown$day, context$scale()))
      }
      need_rows(shown[shown$sessions + shown$orders > 0, ])
      series <- list(list(
        name = overview_measures[[input$measure]],
        values = shown[[input$measure]]
      ))
      if (has_before()) {
        earlier <- overview_days(context$ask, before(), visits_before(), money_before())
        series <- c(
          series,
          list(list(
            name = "Previous period",
            values = earlier[[input$measure]],
            color = previous_line,
            dash = "dot"
          ))
        )
      }
      line_chart(shown$day, series, y = sprintf("%s a day", overview_measures[[input$measure]]))
    })
    output$channels <- render_chart(function() share_bars(need_rows(channels()), "channel"))
    output$devices <- render_chart(function() {
      share_bars(need_rows(devices()), "device", palette_of_series[3])
    })

    output$days_csv <- csv_of(
      "overview-days",
      function() days_with_revenue(days(), money_days(), context$scale()),
      filters
    )
    output$channels_csv <- csv_of("overview-channels", channels, filters)
    output$devices_csv <- csv_of("overview-devices", devices, filters)
  })
}

#' Creates the boxes of the page.
overview_boxes <- function(now, then, revenue, revenue_before, bots, scale, before) {
  compare <- function(measure) if (is.null(then)) NA else change_of(measure(now), measure(then))
  of_box <- function(id, label, measure, text, key, detail = NULL) {
    box(
      id,
      label,
      text(measure(now)),
      key,
      change = compare(measure),
      before = before,
      detail = detail
    )
  }
  boxes(
    of_box(
      "visitors",
      "Visitors",
      function(rows) rows$visitors,
      count_text,
      "visitors",
      sprintf("%s new", count_text(now$new_visitors))
    ),
    of_box(
      "sessions",
      "Sessions",
      function(rows) rows$sessions,
      count_text,
      "sessions",
      tagList(sprintf("%s of bots left out", count_of(bots, "session")), meaning("bots"))
    ),
    of_box(
      "engaged",
      "Engaged",
      function(rows) ratio_of(rows$engaged, rows$sessions),
      percent_text,
      "engaged",
      count_of(now$engaged, "session")
    ),
    of_box(
      "pages",
      "Pages per session",
      function(rows) ratio_of(rows$page_views, rows$sessions),
      decimal_text,
      "pages_per_session",
      sprintf("%s page views", count_text(now$page_views))
    ),
    of_box(
      "duration",
      "Mean duration",
      function(rows) ratio_of(rows$duration_s, rows$sessions),
      duration_text,
      "duration"
    ),
    of_box(
      "conversion",
      "Conversion rate",
      function(rows) ratio_of(rows$converted, rows$sessions),
      function(share) percent_text(share, 2),
      "conversion",
      count_of(now$converted, "session")
    ),
    of_box("orders", "Orders", function(rows) rows$orders, count_text, "orders"),
    if (nrow(revenue) == 0) box("revenue", "Revenue", "–", "revenue"),
    lapply(seq_len(min(nrow(revenue), 3)), function(i) {
      one <- revenue[i, ]
      earlier <- if (!is.null(revenue_before)) {
        sum(revenue_before$revenue_minor[revenue_before$currency == one$currency])
      } else {
        NA
      }
      unit <- if (one$currency == "") "no currency" else one$currency
      box(
        paste0("revenue-", one$currency),
        sprintf("Revenue, %s", unit),
        short_number(major_units(one$revenue_minor, scale)),
        "revenue",
        change = change_of(one$revenue_minor, earlier),
        before = before,
        detail = sprintf(
          "%s from %s",
          money_text(one$revenue_minor, one$currency, scale),
          count_of(one$orders, "order")
        )
      )
    })
  )
}

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

#' Draws one chart per currency, since currencies are neither added up nor comparable on one axis.
revenue_chart <- function(rows, days, scale) {
  need_rows(rows, "No orders in these days.")
  currencies <- names(sort(table(rep(rows$currency, rows$orders)), decreasing = TRUE))
  charts <- lapply(seq_along(currencies), function(i) {
    currency <- currencies[i]
    own <- rows[rows$currency == currency, ]
    values <- major_units(own$revenue_minor[match(days, own$day)], scale)
    values[is.na(values)] <- 0
    line_chart(
      days,
      list(list(name = currency, values = values, color = palette_of_series[i])),
      y = if (currency == "") "(no currency)" else currency,
      y_axis = count_axis(tickformat = "~s"),
      hover = "%{y:,}"
    )
  })
  if (length(charts) == 1) {
    charts[[1]]
  } else {
    plotly::config(
      plotly::subplot(
        utils::head(charts, 3),
        nrows = min(length(charts), 3),
        shareX = TRUE,
        titleY = TRUE,
        margin = 0.04
      ),
      displayModeBar = FALSE
    )
  }
}

#' Adds one column of revenue per currency.
days_with_revenue <- function(days, money, scale) {
  for (currency in unique(money$currency)) {
    own <- money[money$currency == currency, ]
    amount <- major_units(own$revenue_minor[match(days$day, own$day)], scale)
    days[[paste0("revenue_", if (currency == "") "no_currency" else currency)]] <- ifelse(
      is.na(amount),
      0,
      amount
    )
  }
  days
}
