trends_page <- function() {
  new_page(
    "trends",
    "Trends",
    trends_ui,
    trends_server,
    choices = c(measure = "sessions", grain = "day"),
    scope = list(
      login = "of the session; in Events by name of the event; not used for Unusual days",
      categories = "sessions with such a product; not used for events and Unusual days",
      brands = "sessions with such a product; not used for events and Unusual days"
    )
  )
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
      chart(ns("series"), 340, "Chart of the measure over time"),
      meaning = meaning(
        "sessions",
        "visitors",
        "pages_per_session",
        "engaged",
        "conversion",
        "part"
      ),
      controls = tagList(
        choice(ns("measure"), "Measure", trend_measures, "190px"),
        choice(ns("grain"), "By", grains, "100px")
      ),
      csv = ns("series_csv"),
      rows = ns("series_rows")
    ),
    tags$div(
      class = "columns wide-first",
      panel(
        "Weekday and hour",
        chart(ns("pattern"), 340, "Heat map of mean sessions by weekday and hour", wide = TRUE),
        meaning = meaning("average_hour"),
        note = "Mean number of sessions that start in the hour, over the hours that are loaded",
        csv = ns("pattern_csv"),
        rows = ns("pattern_rows")
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
        chart(ns("events"), 340, "Chart of events per day by name", wide = TRUE),
        meaning = meaning("events"),
        note = "By the days and the login state of the event. Other filters are not used.",
        csv = ns("events_csv"),
        rows = ns("events_rows")
      ),
      panel(
        "Unusual days",
        chart(ns("unusual"), 340, "Chart of events per day with unusual days marked"),
        meaning = meaning("anomaly"),
        note = "All events without bots, on complete days. Of the filters only the days are used.",
        csv = ns("unusual_csv"),
        rows = ns("unusual_rows")
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
      trend_chart(need_rows(series()), input$measure, input$grain, filters())
    })
    output$pattern <- render_chart(function() {
      week_heat(need_rows(pattern()), loaded_hours(filters()))
    })
    output$peaks <- renderUI({
      rows <- need_rows(peaks())
      rows$when <- moment_text(rows$at, input$grain)
      data_table(
        rows,
        list(
          column("when", grain_label(input$grain), numeric = FALSE),
          column(input$measure, trend_measures[[input$measure]])
        )
      )
    })
    output$events <- render_chart(function() {
      rows <- need_rows(events())
      event_chart(rows, filters())
    })
    output$unusual <- render_chart(function() {
      unusual_chart(need_rows(
        unusual(),
        "Nothing to compare: load the same weekday of the four weeks before."
      ))
    })

    output$series_csv <- csv_of("trends", series, filters)
    output$series_rows <- rows_table(series)
    output$pattern_csv <- csv_of("trends-weekday-hour", pattern, filters)
    output$pattern_rows <- rows_table(function() {
      rows <- pattern()
      rows$weekday <- weekday_names[rows$weekday]
      rows$hour <- sprintf("%02d:00", as.integer(rows$hour))
      rows
    })
    output$peaks_csv <- csv_of("trends-peaks", peaks, filters)
    output$events_csv <- csv_of("trends-events", events, filters)
    output$events_rows <- rows_table(events)
    output$unusual_csv <- csv_of("trends-unusual-days", unusual, filters)
    output$unusual_rows <- rows_table(unusual)
  })
}

#' Names a moment of a grain.
moment_text <- function(at, grain) {
  switch(
    grain,
    hour = sprintf("%s, %s", day_text(substr(at, 1, 10)), substr(at, 12, 16)),
    week = paste("week from", day_text(at)),
    month = sprintf("%s %s", month_names[as.integer(substr(at, 6, 7))], substr(at, 1, 4)),
    day_text(at)
  )
}

#' Returns the heading of a column of moments.
grain_label <- function(grain) {
  c(day = "Day", hour = "Hour from", week = "Week", month = "Month")[[grain]]
}

#' Draws a measure over time.
trend_chart <- function(rows, measure, grain, filters) {
  name <- trend_measures[[measure]]
  if (grain == "hour") {
    rows <- all_hours(rows, filters)
    return(line_chart(
      rows$at,
      list(list(name = name, values = rows[[measure]])),
      y = sprintf("%s per hour", name),
      x_axis = hour_axis(rows$at)
    ))
  }
  line_chart(
    rows$at,
    list(list(
      name = name,
      values = rows[[measure]],
      part = !rows$whole & rows$days > 0,
      part_text = part_text(rows, grain, filters)
    )),
    y = sprintf("%s per %s", name, grain),
    x_axis = period_axis(rows$at, grain)
  )
}

#' Draws the events per day of the eight most frequent names.
event_chart <- function(rows, filters) {
  totals <- sort(tapply(rows$events, rows$event_name, sum), decreasing = TRUE)
  shown <- utils::head(names(totals), 8)
  days <- format(drawn_days(filters))
  of <- function(own) {
    values <- tapply(own$events, own$day, sum)[days]
    only_loaded(as.vector(ifelse(is.na(values), 0, values)), days, filters)
  }
  part <- days %in% filters$loaded$day[!filters$loaded$complete]
  lines <- lapply(shown, function(name) {
    list(
      name = name,
      values = of(rows[rows$event_name == name, ]),
      color = event_color(name),
      part = part,
      part_text = rep("", length(days))
    )
  })
  others <- rows[!(rows$event_name %in% shown), ]
  if (nrow(others) > 0) {
    lines <- c(lines, list(list(name = "(others)", values = of(others), color = previous_line)))
  }
  line_chart(days, lines, y = "Events per day")
}

#' Draws sessions by weekday and hour as a heat map.
week_heat <- function(rows, loaded) {
  averages <- matrix(0, 7, 24)
  averages[cbind(rows$weekday, rows$hour + 1)] <- rows$average
  averages[loaded == 0] <- NA
  hours <- sprintf("%02d", 0:23)
  heat_chart(
    averages,
    hours,
    weekday_names,
    "Hour of the day",
    "",
    text = matrix("", 7, 24),
    hover = "%{y} %{x}:00<br>%{z:,.1f} sessions on average<extra></extra>",
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
    y = "Events per day"
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
