trends_page <- function() {
  new_page("trends", "Trends", c("login", "channel", "category", "brand"), trends_ui, trends_server)
}

trend_measures <- c(
  sessions = "Sessions",
  visitors = "Visitors",
  page_views = "Page views",
  engaged = "Engaged sessions",
  converted = "Converted sessions"
)

trends_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Over time",
      chart(ns("series"), 340),
      meaning = meaning("sessions", "visitors", "pages_per_session", "engaged", "conversion"),
      controls = tagList(
        choice(ns("measure"), "Measure", trend_measures, "190px"),
        choice(ns("grain"), "By", grains, "100px")
      ),
      csv = ns("series_csv")
    ),
    tags$div(
      class = "columns wide-first",
      panel(
        "Weekday and hour",
        chart(ns("pattern"), 340),
        meaning = meaning("average_hour"),
        note = "Mean number of sessions that start in the hour, per weekday",
        csv = ns("pattern_csv")
      ),
      panel(
        "Peaks",
        uiOutput(ns("peaks")),
        note = "The busiest days or hours, by the measure above",
        meaning = meaning("sessions"),
        csv = ns("peaks_csv")
      )
    ),
    tags$div(
      class = "columns",
      panel(
        "Events by name",
        chart(ns("events"), 340),
        meaning = meaning("events"),
        note = "By the login state of the event. Channel, category and brand are not used.",
        csv = ns("events_csv")
      ),
      panel(
        "Unusual days",
        chart(ns("unusual"), 340),
        meaning = meaning("anomaly"),
        note = "All events without bots. Of the filters only the days are used.",
        csv = ns("unusual_csv")
      )
    )
  )
}

trends_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    visits <- reactive(visits_of_hours(context$ask, filters(), context$zone()))
    series <- reactive(trend(context$ask, filters(), context$zone(), input$grain, visits()))
    pattern <- reactive(week_pattern(visits(), filters()))
    events <- reactive(event_days(context$ask, filters()))
    unusual <- reactive(unusual_days(context$ask, filters()))
    peaks <- reactive({
      rows <- series()
      utils::head(rows[order(-rows[[input$measure]], rows$at), , drop = FALSE], 10)
    })

    output$series <- render_chart(function() {
      rows <- with_gaps(need_rows(series()), filters(), input$grain)
      name <- trend_measures[[input$measure]]
      line_chart(
        rows$at,
        list(list(name = name, values = rows[[input$measure]])),
        y = sprintf("%s %s", name, if (input$grain == "day") "a day" else "an hour"),
        x_axis = if (input$grain == "day") day_axis(rows$at) else hour_axis()
      )
    })
    output$pattern <- render_chart(function() week_heat(need_rows(pattern())))
    output$peaks <- renderUI({
      rows <- need_rows(peaks())
      rows$when <- if (input$grain == "day") {
        day_text(substr(rows$at, 1, 10))
      } else {
        sprintf("%s, %s", day_text(substr(rows$at, 1, 10)), substr(rows$at, 12, 16))
      }
      data_table(
        rows,
        list(
          column("when", if (input$grain == "day") "Day" else "Hour from", numeric = FALSE),
          column(input$measure, trend_measures[[input$measure]])
        )
      )
    })
    output$events <- render_chart(function() {
      rows <- need_rows(events())
      totals <- sort(tapply(rows$events, rows$event_name, sum), decreasing = TRUE)
      shown <- utils::head(names(totals), 8)
      days <- as.character(drawn_days(filters(), rows$day))
      of <- function(own) {
        values <- tapply(own$events, own$day, sum)[days]
        as.vector(ifelse(is.na(values), 0, values))
      }
      lines <- lapply(shown, function(name) {
        list(name = name, values = of(rows[rows$event_name == name, ]))
      })
      others <- rows[!(rows$event_name %in% shown), ]
      if (nrow(others) > 0) {
        lines <- c(lines, list(list(name = "(others)", values = of(others), color = previous_line)))
      }
      line_chart(days, lines, y = "Events a day")
    })
    output$unusual <- render_chart(function() {
      unusual_chart(need_rows(
        unusual(),
        "Nothing to compare: load the same weekday of the four weeks before."
      ))
    })

    output$series_csv <- csv_of("trends", series, filters)
    output$pattern_csv <- csv_of("trends-weekday-hour", pattern, filters)
    output$peaks_csv <- csv_of("trends-peaks", peaks, filters)
    output$events_csv <- csv_of("trends-events", events, filters)
    output$unusual_csv <- csv_of("trends-unusual-days", unusual, filters)
  })
}

#' Adds hours and days without a session, with 0.
with_gaps <- function(rows, filters, grain) {
  days <- range(drawn_days(filters, substr(rows$at, 1, 10)))
  from <- as.POSIXct(format(days[1]), tz = "UTC")
  to <- as.POSIXct(format(days[2] + 1), tz = "UTC") - 1
  all <- data.frame(
    at = format(seq(from, to, by = grain), "%Y-%m-%d %H:%M"),
    stringsAsFactors = FALSE
  )
  all <- all[all$at <= max(rows$at) | grain == "day", , drop = FALSE]
  rows <- merge(all, rows, by = "at", all = TRUE)
  rows[is.na(rows)] <- 0
  rows[order(rows$at), , drop = FALSE]
}

#' Draws sessions by weekday and hour as a heat map.
week_heat <- function(rows) {
  averages <- matrix(0, 7, 24)
  averages[cbind(rows$weekday, rows$hour + 1)] <- rows$average
  present <- unique(rows$weekday)
  averages[setdiff(1:7, present), ] <- NA
  hours <- sprintf("%02d", 0:23)
  heat_chart(
    averages,
    hours,
    weekday_names,
    "Hour of the day",
    "",
    text = matrix("", 7, 24),
    hover = "%{y} %{x}:00<br>%{z:,.2f} sessions on average<extra></extra>",
    bar_title = "Sessions"
  )
}

#' Draws events per day and marks unusual days.
unusual_chart <- function(rows) {
  rows$unusual <- !is.na(rows$robust_z) & abs(rows$robust_z) > 3.5
  chart <- line_chart(
    rows$day,
    list(
      list(name = "Events", values = rows$events),
      list(
        name = "Median of the four weeks before",
        values = rows$median_events,
        color = previous_line,
        dash = "dot"
      )
    ),
    y = "Events a day"
  )
  marked <- rows[rows$unusual, ]
  if (nrow(marked) > 0) {
    chart <- plotly::add_trace(
      chart,
      x = marked$day,
      y = marked$events,
      name = "Unusual",
      type = "scatter",
      mode = "markers",
      marker = list(
        size = 11,
        color = palette_of_series[5],
        symbol = "circle-open",
        line = list(width = 2)
      ),
      customdata = marked$robust_z,
      hovertemplate = "%{x}<br>z = %{customdata:.1f}<extra>unusual</extra>"
    )
  }
  chart
}
