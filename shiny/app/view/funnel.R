own_funnel <- "(own steps)"
funnel_segment_names <- c(
  channel = "Channel",
  login_state = "Login state",
  device = "Device",
  source = "Source",
  campaign = "Campaign"
)

funnel_page <- function() {
  new_page(
    "funnel",
    "Funnel",
    funnel_ui,
    funnel_server,
    choices = c(funnel = "purchase", scope = "session", by = "channel"),
    flags = "skip",
    states = "steps",
    scope = every_filter("of the session; not used per visitor")
  )
}

funnel_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Funnel",
      meaning = meaning("funnel_closed", "funnel_open", "funnel_scope", "funnel_time"),
      controls = tagList(
        choice(
          ns("funnel"),
          "Funnel",
          stats::setNames(
            c("purchase", "full", "Own steps"),
            c("purchase", "full", own_funnel)
          ),
          "130px",
          fixed = FALSE
        ),
        choice(ns("scope"), "Counted", funnel_scopes, "190px"),
        flag(ns("skip"), "Skip steps that do not occur")
      ),
      csv = ns("steps_csv"),
      shown_if(ns("funnel"), own_funnel, own_steps_ui(ns)),
      uiOutput(ns("note")),
      chart(ns("bars"), 330, "Chart of the steps; the table below has its numbers"),
      uiOutput(ns("table"))
    ),
    panel(
      "By segment",
      meaning = meaning("funnel_closed"),
      note = "Sessions that entered at step 1, and those of them that completed each step",
      controls = choice(ns("by"), "Segment", funnel_segment_names, "140px"),
      csv = ns("segments_csv"),
      table_ui(ns("segments"), "segments")
    )
  )
}

#' Creates the field of own steps.
own_steps_ui <- function(ns) {
  tagList(
    tags$div(
      class = "finder",
      textInput(
        ns("draft"),
        tags$span(class = "visually-hidden", "Own steps"),
        in_link(ns("steps"), "event:product_view > page:/cart* > event:checkout_complete"),
        width = "100%"
      ),
      actionButton(ns("apply"), "Count", class = "btn-primary")
    ),
    tags$p(
      class = "note",
      "Steps in order, separated by >. event:NAME is an event by its canonical name, page:PATH a",
      "page view; a path may end in *. Alternatives are separated by |. The link keeps the steps.",
      "Own steps count per session, on the session's day."
    )
  )
}

funnel_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    offer_funnels(input, session, context)
    steps <- funnel_data(input, context)

    output$note <- renderUI({
      req(NROW(filters()$loaded) > 0)
      funnel_note(
        steps$rows(),
        steps$orders(),
        steps$per_visitor(),
        isTRUE(input$skip),
        length(scope_notes(filters(), list())) > 0
      )
    })
    output$bars <- render_chart(function() {
      funnel_chart(need_funnel(steps$rows()), if (steps$per_visitor()) "Visitors" else "Sessions")
    })
    output$table <- renderUI(data_table(
      need_funnel(steps$rows()),
      funnel_columns(
        if (!steps$per_visitor()) {
          function(rows) left_after(rows, input$funnel, if (steps$counted()) steps$used(), context)
        }
      )
    ))
    table_server(
      input,
      output,
      session,
      "segments",
      steps$by_segment,
      function() {
        segment_columns(
          funnel_segment_names[[input$by]],
          vapply(steps$used(), `[[`, "", "name")
        )
      },
      "No session entered this funnel in these days with these filters."
    )

    output$steps_csv <- csv_of("funnel", steps$rows, filters)
    output$segments_csv <- csv_of("funnel-segments", steps$by_segment, filters)
  })
}

#' Offers the funnels of the warehouse and own steps.
offer_funnels <- function(input, session, context) {
  known <- reactive({
    context$filters()
    funnel_steps(context$ask)
  })
  observeEvent(if (is_open(session)) known(), {
    names <- unique(known()$funnel)
    set_default(session, "funnel", names[1])
    updateSelectInput(
      session,
      "funnel",
      choices = c(names, stats::setNames(own_funnel, "Own steps")),
      selected = if (isTRUE(input$funnel %in% c(names, own_funnel))) input$funnel else names[1]
    )
  })
  observeEvent(input$apply, set_input(session, session$ns("steps"), input$draft))
  observeEvent(input$steps, {
    if (nzchar(input$steps)) updateTextInput(session, "draft", value = input$steps)
  })
}

#' Returns the reactives of a funnel: its steps that are used, whether they are counted on sessions
#' (own or skipped steps) instead of read from the marts, the rows of the steps and segments.
funnel_data <- function(input, context) {
  filters <- context$filters
  is_own <- reactive(identical(input$funnel, own_funnel))
  per_visitor <- reactive(identical(input$scope, "visitor") && !is_own())
  whole <- reactive(
    if (is_own()) {
      need_steps(own_steps(if (isTRUE(nzchar(input$steps))) input$steps else input$draft))
    } else {
      known_steps(context$ask, req(input$funnel))
    }
  )
  occurs <- reactive(steps_occur(context$ask, filters(), whole()))
  used <- reactive({
    kept <- if (isTRUE(input$skip)) whole()[occurs()] else whole()
    validate(need(length(kept) > 0, "No step of this funnel occurs in these days."))
    kept
  })
  counted <- reactive(!per_visitor() && (is_own() || length(used()) < length(whole())))
  rows <- reactive({
    rows <- if (counted()) {
      own_counts(context$ask, filters(), used())
    } else {
      funnel_counts(context$ask, filters(), req(input$funnel), input$scope)
    }
    rows$occurs <- if (nrow(rows) == length(whole())) occurs() else rep(TRUE, nrow(rows))
    rows
  })
  # The total of orders has the same filters as the steps.
  orders <- reactive(
    orders_placed(context$ask, if (per_visitor()) only_days(filters()) else filters())
  )
  by_segment <- reactive(
    if (is_own() || length(used()) < length(whole())) {
      own_segments(context$ask, filters(), used(), input$by)
    } else {
      funnel_segments(context$ask, filters(), req(input$funnel), input$by)
    }
  )
  list(
    used = used,
    counted = counted,
    per_visitor = per_visitor,
    rows = rows,
    orders = orders,
    by_segment = by_segment
  )
}

#' Returns the steps, or shows how to write some.
need_steps <- function(steps) {
  validate(need(
    length(steps) > 0,
    "No steps yet. Write some, such as event:product_view > event:checkout_complete."
  ))
  steps
}

#' Returns the links to the sessions that completed a step but not the next.
#'
#' @param steps the steps if they are not those of the warehouse's funnel
left_after <- function(rows, funnel, steps, context) {
  vapply(
    rows$step,
    function(step) {
      if (is.null(steps)) {
        context$href("sessions", list(with = sprintf("drop:%s:%d", funnel, step)))
      } else {
        choices <- list(with = sprintf("own:%d", step), steps = steps_text(steps))
        context$href("sessions", choices)
      }
    },
    ""
  )
}

#' Returns the filters with the days only.
only_days <- function(filters) {
  utils::modifyList(new_filters(), filters[c("range", "from", "to", "complete", "loaded")])
}

#' Says how many orders there are, which steps do not occur, and which filters are not used.
funnel_note <- function(steps, orders, per_visitor, skips, has_filters) {
  absent <- steps$name[!steps$occurs]
  tags$p(
    class = "note",
    sprintf("%s in these days, with or without these steps.", count_of(orders, "order")),
    if (!per_visitor && sum(steps$closed) > 0) {
      "A number under “Left after this step” leads to its sessions."
    },
    if (per_visitor && has_filters) "Per visitor: of the filters only the days are used.",
    if (length(absent) > 0) {
      sprintf(
        "No such event in these days: %s.%s",
        paste(absent, collapse = ", "),
        if (skips && per_visitor) " Steps are skipped per session only." else ""
      )
    }
  )
}

#' Returns the columns of the steps. The drop-off of sessions leads to those that did not go on.
funnel_columns <- function(dropped) {
  list(
    column("shown_name", "Step", numeric = FALSE),
    column("closed", "Entered at step 1", key = "funnel_closed"),
    column("of_first", "Of step 1", percent_text, key = "funnel_closed"),
    column("left", "Left after this step", key = "funnel_left", href = dropped),
    column("drop_off", "Drop-off", percent_text, key = "funnel_left"),
    column("median_s", "Median time since the step before", duration_text, key = "funnel_time"),
    column("opened", "With this step", key = "funnel_open")
  )
}

#' Returns the columns of the segments.
segment_columns <- function(label, names) {
  c(
    list(column("segment", label, numeric = FALSE)),
    lapply(seq_along(names), function(step) column(paste0("step_", step), names[step])),
    list(column(
      "through",
      "Completed",
      function(share) percent_text(share, 2),
      key = "funnel_closed"
    ))
  )
}

#' Adds those that left after each step, or shows a message if no step was completed.
need_funnel <- function(steps) {
  validate(need(
    sum(steps$closed, steps$opened) > 0,
    "No step of this funnel in these days with these filters."
  ))
  # Nobody leaves after the last step.
  steps$left <- steps$closed - c(steps$closed[-1], NA)
  steps$drop_off <- ratio_of(steps$left, steps$closed)
  steps$shown_name <- paste0(steps$name, ifelse(steps$occurs, "", " (no such event in these days)"))
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
