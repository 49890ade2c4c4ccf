funnel_page <- function() {
  new_page("funnel", "Funnel", c("login", "channel", "category", "brand"), funnel_ui, funnel_server)
}

funnel_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Funnel",
      meaning = meaning("funnel_closed", "funnel_open", "funnel_scope", "funnel_time"),
      controls = tagList(
        choice(ns("funnel"), "Funnel", c(purchase = "purchase", full = "full"), "120px"),
        choice(ns("scope"), "Counted", funnel_scopes, "190px")
      ),
      csv = ns("steps_csv"),
      uiOutput(ns("note")),
      chart(ns("bars"), 330),
      uiOutput(ns("table"))
    ),
    panel(
      "By segment",
      meaning = meaning("funnel_closed"),
      note = "Sessions that entered at step 1, and those of them that completed each step",
      controls = choice(
        ns("by"),
        "Segment",
        c(channel = "Channel", login_state = "Login state"),
        "140px"
      ),
      csv = ns("segments_csv"),
      uiOutput(ns("segments"))
    )
  )
}

funnel_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    known <- reactive({
      filters()
      funnel_steps(context$ask)
    })
    observeEvent(known(), {
      names <- unique(known()$funnel)
      updateSelectInput(
        session,
        "funnel",
        choices = names,
        selected = if (isTRUE(input$funnel %in% names)) input$funnel else names[1]
      )
    })
    steps <- reactive(funnel_counts(context$ask, filters(), req(input$funnel), input$scope))
    orders <- reactive(orders_placed(context$ask, filters()))
    segments <- reactive(funnel_segments(context$ask, filters(), req(input$funnel), input$by))

    output$note <- renderUI({
      ignored <- unheeded(filters(), character())
      tags$p(
        class = "note",
        sprintf("%s in these days, with or without these steps.", count_of(orders(), "order")),
        if (input$scope == "visitor" && length(ignored) > 0) {
          sprintf(
            "Not used per visitor: %s.",
            paste(ignored, collapse = ", ")
          )
        }
      )
    })
    output$bars <- render_chart(function() {
      funnel_chart(need_funnel(steps()), if (input$scope == "session") "Sessions" else "Visitors")
    })
    output$table <- renderUI(data_table(
      need_funnel(steps()),
      list(
        column("name", "Step", numeric = FALSE),
        column("closed", "Entered at step 1", key = "funnel_closed"),
        column("of_first", "Of step 1", percent_text, key = "funnel_closed"),
        column("drop_off", "Drop-off", percent_text, key = "funnel_closed"),
        column("median_s", "Median time since the step before", duration_text, key = "funnel_time"),
        column("opened", "With this step", key = "funnel_open")
      )
    ))
    output$segments <- renderUI({
      rows <- need_rows(
        segments(),
        "No session entered this funnel in these days with these filters."
      )
      names <- known()$name[known()$funnel == input$funnel]
      data_table(
        rows,
        c(
          list(column(
            "segment",
            if (input$by == "channel") "Channel" else "Login state",
            numeric = FALSE
          )),
          lapply(seq_along(names), function(step) column(paste0("step_", step), names[step])),
          list(column(
            "through",
            "Completed",
            function(share) percent_text(share, 2),
            key = "funnel_closed"
          ))
        )
      )
    })

    output$steps_csv <- csv_of("funnel", steps, filters)
    output$segments_csv <- csv_of("funnel-segments", segments, filters)
  })
}

#' Adds the drop-off, or shows a message if no step was completed.
need_funnel <- function(steps) {
  validate(need(
    sum(steps$closed, steps$opened) > 0,
    "No step of this funnel in these days with these filters."
  ))
  steps$drop_off <- 1 - steps$of_previous
  steps
}

#' Draws the closed and open counts of a funnel.
funnel_chart <- function(steps, unit) {
  names <- sprintf("%d  %s", steps$step, steps$name)
  label <- ifelse(
    steps$step == 1,
    count_text(steps$closed),
    sprintf("%s  (%s)", count_text(steps$closed), percent_text(steps$of_first))
  )
  chart <- plotly::plot_ly(y = factor(names, levels = rev(names)))
  chart <- plotly::add_trace(
    chart,
    x = steps$opened,
    type = "bar",
    orientation = "h",
    name = "With this step",
    marker = list(color = "#c9d6ea"),
    hovertemplate = "%{y}<br>%{x:,} with this step<extra></extra>"
  )
  chart <- plotly::add_trace(
    chart,
    x = steps$closed,
    type = "bar",
    orientation = "h",
    name = "Entered at step 1",
    marker = list(color = palette_of_series[1]),
    text = label,
    textposition = "outside",
    cliponaxis = FALSE,
    textfont = list(size = 13, color = ink),
    hovertemplate = "%{y}<br>%{x:,} that entered at step 1<extra></extra>"
  )
  styled(
    chart,
    x = unit,
    x_axis = count_axis(range = c(0, 1.18 * max(steps$closed, steps$opened))),
    y_axis = list(showgrid = FALSE, ticksuffix = "  "),
    bargap = 0.25
  )
}
