# The live mode of the overview. dashboard.js sends a tick every ten seconds while the mode can be
# seen, and the server asks for the numbers of that instant.

live_ui <- function(ns) {
  tags$div(
    class = "live",
    `data-tick` = ns("tick"),
    # Newer versions of Shiny make each output a live region. This one would speak at each tick.
    uiOutput(ns("live_line"), `aria-live` = "off"),
    tags$p(
      class = "note live-stopped live-lost",
      role = "alert",
      hidden = NA,
      "Live has stopped: the connection to the dashboards is lost. Reload the page."
    ),
    tags$div(
      class = "visually-hidden",
      role = "status",
      `aria-live` = "polite",
      textOutput(ns("live_said"))
    ),
    uiOutput(ns("live_boxes"), `aria-live` = "off"),
    panel(
      "Events by minute",
      chart(ns("live_chart"), 300, "Chart of events per minute of the last 30 minutes"),
      meaning = meaning("live_events"),
      note = "All events without bots. Days and filters are not used.",
      csv = ns("live_csv"),
      rows = ns("live_rows")
    )
  )
}

#' Serves the live mode. After an error it asks no more until "Go on" is chosen, or the warehouse
#' can be read again.
live_server <- function(input, output, session, context) {
  clock <- context$clock %||% Sys.time
  # Numbers and error of the last answer, and the instant for which they are.
  last <- new.env(parent = emptyenv())
  moment <- reactiveVal()
  again <- reactiveVal(0)
  go_on <- function() {
    context$forget_errors()
    last$fault <- NULL
    moment(live_moment(clock()))
    again(again() + 1)
  }
  observeEvent(input$tick, {
    # No second query while one runs.
    if (is.null(last$fault) && identical(moment(), last$answered)) {
      moment(live_moment(clock()))
    }
  })
  observeEvent(input$live_go_on, go_on())
  observeEvent(
    context$state()$kind,
    {
      if (context$state()$kind == "ok" && !is.null(last$fault)) go_on()
    },
    ignoreInit = TRUE
  )
  answer <- reactive({
    again()
    wanted <- req(moment())
    fault <- tryCatch(
      {
        last$rows <- live_numbers(context$ask, wanted)
        NULL
      },
      validation = conditionMessage
    )
    last$fault <- fault
    last$answered <- wanted
    list(rows = last$rows, fault = fault)
  })
  rows <- reactive({
    found <- answer()$rows
    req(NROW(found) > 0)
    found
  })
  minutes <- reactive(rows()[c("minute", "events")])

  output$live_line <- renderUI(
    live_line(marked_while_waiting(answer), session$ns("live_go_on"))
  )
  output$live_boxes <- renderUI(live_boxes(marked_while_waiting(rows)))
  output$live_chart <- render_chart(function() minute_chart(marked_while_waiting(rows)))
  output$live_rows <- rows_table(minutes)
  output$live_csv <- csv_of("overview-live", minutes, function() {
    list(from = live_day(rows()), to = live_day(rows()))
  })

  said <- reactiveVal("")
  observe({
    found <- answer()
    if (is.null(found$fault) && NROW(found$rows) > 0 && may_say(last$said_at, clock())) {
      last$said_at <- clock()
      said(live_sentence(found$rows))
    }
  })
  output$live_said <- renderText(said())
}

#' Creates the line above the numbers: which minutes they are of, or why they are no longer new.
live_line <- function(answer, go_on) {
  if (is.null(answer$fault)) {
    return(tags$p(class = "note live-line", live_note(answer$rows)))
  }
  tags$p(
    class = "note live-line live-stopped",
    role = "alert",
    paste("Live has stopped:", answer$fault),
    tags$button(type = "button", class = "link more", `data-input` = go_on, "Go on")
  )
}

#' Creates the boxes of the live mode.
live_boxes <- function(rows) {
  is_old <- rows$is_old[1]
  boxes(
    box(
      "live-visitors",
      if (is_old) "Visitors at the newest event" else "Visitors now",
      count_text(rows$visitors[1]),
      "live_visitors",
      detail = sprintf(
        if (is_old) "with an event in the %d minutes before it" else "with an event in %d minutes",
        present_minutes
      )
    ),
    box(
      "live-events",
      sprintf("Events in %d minutes", live_minutes),
      count_text(sum(rows$events)),
      "live_events",
      detail = sprintf(
        "%s in the minute before the last",
        count_text(rows$events[nrow(rows) - 1])
      )
    ),
    box(
      "live-orders",
      if (is_old) "Orders that day" else "Orders today",
      count_text(rows$orders[1]),
      "orders",
      detail = day_text(live_day(rows))
    )
  )
}

#' Draws one bar per minute. The last minute, which is not over, is pale.
minute_chart <- function(rows) {
  is_part <- seq_len(nrow(rows)) == nrow(rows) & !rows$is_old
  # As names, because clocks that go back repeat an hour.
  minutes <- substr(rows$minute, 12, 16)
  chart <- plotly::plot_ly(
    x = factor(minutes, levels = minutes),
    y = rows$events,
    type = "bar",
    marker = list(color = ifelse(is_part, palette_of_others[1], palette_of_series[1])),
    text = ifelse(is_part, " so far", ""),
    textposition = "none",
    hovertemplate = "%{x}<br>%{y:,} events%{text}<extra></extra>"
  )
  styled(
    chart,
    y = "Events per minute",
    x_axis = list(
      type = "category",
      showgrid = FALSE,
      tickmode = "array",
      tickvals = I(every(minutes, 5))
    ),
    y_axis = count_axis(),
    legend = FALSE,
    bargap = 0.15
  )
}
