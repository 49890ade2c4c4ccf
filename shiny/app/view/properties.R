# What the shop sends beside the known fields: keys and values of `properties`.

properties_page <- function() {
  new_page(
    "properties",
    "Properties",
    properties_ui,
    properties_server,
    states = "key",
    scope = every_filter("")
  )
}

properties_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Keys",
      table_ui(ns("keys"), "keys"),
      meaning = meaning("properties"),
      note = "Fields of the events that no other column holds. Click a key for its values.",
      csv = ns("keys_csv")
    ),
    tags$div(
      class = "columns",
      panel(
        "Values",
        uiOutput(ns("key_name")),
        table_ui(ns("values"), "values"),
        meaning = meaning("properties"),
        csv = ns("values_csv")
      ),
      panel(
        "Events per day",
        chart(ns("days"), 340, "Chart of events per day by value"),
        meaning = meaning("properties"),
        note = "The eight most frequent values",
        csv = ns("days_csv"),
        rows = ns("days_rows")
      )
    )
  )
}

properties_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    keys <- reactive(property_keys(context$ask, filters()))
    chosen <- reactive({
      found <- need_rows(keys(), "No event of these days has properties.")$key
      if (isTRUE(input$key %in% found)) input$key else found[1]
    })
    values <- reactive(property_values(context$ask, filters(), chosen()))
    days <- reactive(property_days(context$ask, filters(), chosen()))

    table_server(
      input,
      output,
      session,
      "keys",
      keys,
      function() {
        list(
          column("key", "Key", numeric = FALSE),
          column("events", "Events", key = "properties"),
          column("share", "Of all events", percent_text)
        )
      },
      "No event of these days has properties.",
      attributes = function(shown) {
        choice_attributes(session$ns("key"), shown$key, chosen(), session$ns("key_name"))
      }
    )
    output$key_name <- renderUI({
      req(nrow(keys()) > 0)
      tags$p(class = "note", "Key: ", tags$strong(chosen()))
    })
    table_server(input, output, session, "values", values, function() {
      list(
        column("value", "Value", numeric = FALSE),
        column("events", "Events", key = "properties"),
        column("share", "Of the key", percent_text)
      )
    })
    output$days <- render_chart(function() property_chart(need_rows(days()), filters()))

    output$keys_csv <- csv_of("properties", keys, filters)
    output$values_csv <- csv_of("property-values", values, filters)
    output$days_csv <- csv_of("property-days", days, filters)
    output$days_rows <- rows_table(days)
  })
}

#' Draws the events per day of the most frequent values.
property_chart <- function(rows, filters) {
  days <- format(drawn_days(filters))
  part <- days %in% filters$loaded$day[!filters$loaded$complete]
  totals <- sort(tapply(rows$events, rows$value, sum), decreasing = TRUE)
  lines <- lapply(utils::head(names(totals), 8), function(value) {
    own <- rows[rows$value == value, ]
    counts <- own$events[match(days, own$day)]
    counts[is.na(counts)] <- 0
    list(
      name = value,
      values = only_loaded(counts, days, filters),
      part = part,
      part_text = rep("", length(days))
    )
  })
  line_chart(days, lines, y = "Events per day", legend = TRUE)
}
