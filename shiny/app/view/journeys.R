journeys_page <- function() {
  new_page(
    "journeys",
    "Journeys",
    journeys_ui,
    journeys_server,
    choices = c(kind = "page"),
    scope = list(
      categories = "sessions with such a product",
      brands = "sessions with such a product"
    )
  )
}

journeys_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "The first steps of sessions",
      chart(ns("flow"), 480, "Flow of sessions through their first steps", wide = TRUE),
      meaning = meaning("journeys"),
      note = "From left to right; the width shows the number of sessions",
      controls = choice(ns("kind"), "Steps", journey_kinds, "150px"),
      csv = ns("flow_csv"),
      rows = ns("flow_rows")
    ),
    tags$div(
      class = "columns",
      panel(
        "Top paths",
        table_ui(ns("paths"), "paths"),
        note = "The first six steps",
        meaning = meaning("journeys"),
        csv = ns("paths_csv")
      ),
      panel(
        "Transitions",
        table_ui(ns("transitions"), "transitions"),
        meaning = meaning("journeys"),
        csv = ns("transitions_csv")
      )
    )
  )
}

journeys_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    links <- reactive(flow(context$ask, filters(), input$kind))
    paths <- reactive({
      rows <- top_paths(context$ask, filters(), input$kind)
      rows$rate <- ratio_of(rows$converted, rows$sessions)
      rows
    })
    transitions <- reactive(top_transitions(context$ask, filters(), input$kind))

    output$flow <- render_chart(function() flow_chart(flow_drawing(need_rows(links()))))
    table_server(input, output, session, "paths", paths, function() {
      list(
        column("path", "Path", numeric = FALSE),
        column("sessions", "Sessions", key = "sessions"),
        column("rate", "Converted", percent_text, key = "conversion")
      )
    })
    table_server(
      input,
      output,
      session,
      "transitions",
      transitions,
      function() {
        list(
          column("from_step", "From", numeric = FALSE),
          column("to_step", "To", numeric = FALSE),
          column("transitions", "Times", key = "journeys"),
          column("sessions", "Sessions", key = "sessions")
        )
      },
      "No session has a second step."
    )

    output$flow_csv <- csv_of("journeys-flow", links, filters)
    output$flow_rows <- rows_table(links)
    output$paths_csv <- csv_of("journeys-paths", paths, filters)
    output$transitions_csv <- csv_of("journeys-transitions", transitions, filters)
  })
}

#' Draws a flow as a Sankey diagram.
flow_chart <- function(drawing) {
  nodes <- drawing$nodes
  places <- max(nodes$place)
  color_of <- function(step) {
    ifelse(step %in% c("(end)", "(others)"), "#b8c1cc", event_color(step))
  }
  # One column per place; in it by size, with (end) at the bottom.
  nodes$order <- ifelse(
    nodes$step == "(end)",
    -2,
    ifelse(nodes$step == "(others)", -1, nodes$sessions)
  )
  y <- numeric(nrow(nodes))
  for (place in unique(nodes$place)) {
    here <- which(nodes$place == place)
    here <- here[order(-nodes$order[here], nodes$step[here])]
    sizes <- nodes$sessions[here] / max(tapply(nodes$sessions, nodes$place, sum))
    tops <- cumsum(c(0, utils::head(sizes + 0.03, -1)))
    y[here] <- pmin(pmax((tops + sizes / 2) / (1 + 0.03 * length(here)), 0.001), 0.999)
  }
  chart <- plotly::plot_ly(
    type = "sankey",
    arrangement = "snap",
    node = list(
      label = sprintf("%s  %s", plot_text(nodes$step), count_text(nodes$sessions)),
      color = color_of(nodes$step),
      pad = 14,
      thickness = 16,
      line = list(width = 0),
      x = pmin(pmax((nodes$place - 1) / max(places - 1, 1), 0.001), 0.999),
      y = y,
      hovertemplate = "%{label}<extra></extra>"
    ),
    link = list(
      source = drawing$links$source,
      target = drawing$links$target,
      value = drawing$links$sessions,
      color = paste0(color_of(drawing$links$from_step), "40"),
      hovertemplate = "%{source.label} → %{target.label}<br>%{value:,} sessions<extra></extra>"
    )
  )
  styled(chart, legend = FALSE, margin = list(l = 8, r = 8, t = 8, b = 16))
}
