# The filter bar. A link holds the chosen filters; pages get them with resolved days.

filter_bar_ui <- function(id, initial) {
  ns <- NS(id)
  chooser <- function(name, label, placeholder, chosen) {
    selectizeInput(
      ns(name),
      label,
      choices = chosen,
      selected = chosen,
      multiple = TRUE,
      options = list(
        placeholder = placeholder,
        maxItems = most_chosen,
        plugins = list("remove_button")
      )
    )
  }
  tags$form(
    class = "filters",
    role = "search",
    `aria-label` = "Filters",
    tags$div(
      class = "filter filter-range",
      selectInput(ns("range"), "Days", by_text(range_presets), initial$range, selectize = FALSE)
    ),
    conditionalPanel(
      "input.range == 'custom'",
      ns = ns,
      class = "filter filter-days",
      tags$div(
        class = "day-range",
        day_input(ns("from"), "From", initial$from),
        day_input(ns("to"), "To", initial$to)
      )
    ),
    tags$div(
      class = "filter filter-login",
      selectInput(
        ns("login"),
        "Login state",
        by_text(login_states),
        initial$login,
        selectize = FALSE
      )
    ),
    tags$div(class = "filter", chooser("channels", "Channel", "All channels", initial$channels)),
    tags$div(
      class = "filter",
      chooser("categories", "Category", "All categories", initial$categories)
    ),
    tags$div(class = "filter", chooser("brands", "Brand", "All brands", initial$brands)),
    tags$div(
      class = "filter filter-reset",
      actionButton(ns("reset"), "Reset", class = "btn-sm btn-outline-secondary")
    )
  )
}

#' Creates a date field of the browser. Shiny's own needs a library that Debian's package lacks.
day_input <- function(id, label, day) {
  tags$div(
    class = "shiny-input-container",
    tags$label(class = "control-label", `for` = id, label),
    tags$input(
      id = id,
      type = "date",
      class = "form-control day-input",
      value = if (!is.null(day)) format(day)
    )
  )
}

#' Returns reactives of the filters: chosen (as in links), and resolved (with days).
#'
#' @param state state of the warehouse, with today and first_day unless it is empty
filter_bar_server <- function(id, ask, state) {
  moduleServer(id, function(input, output, session) {
    chosen <- reactive({
      req(input$range, input$login)
      from <- as_day(input$from)
      to <- as_day(input$to)
      is_whole <- input$range == "custom" && !is.null(from) && !is.null(to)
      new_filters(
        range = if (input$range == "custom" && !is_whole) default_range else input$range,
        from = if (is_whole) from,
        to = if (is_whole) to,
        login = input$login,
        channels = as.character(input$channels),
        categories = as.character(input$categories),
        brands = as.character(input$brands)
      )
    })
    settled <- debounce(chosen, 250)

    resolved <- reactive({
      req(state()$kind == "ok")
      resolve_days(settled(), state()$first_day, state()$today)
    })

    observeEvent(input$reset, {
      updateSelectInput(session, "range", selected = default_range)
      updateSelectInput(session, "login", selected = "all")
      for (name in c("channels", "categories", "brands")) {
        updateSelectizeInput(session, name, selected = character())
      }
    })

    # Initial days of a custom range.
    observeEvent(input$range, {
      if (input$range == "custom" && (is.null(as_day(input$from)) || is.null(as_day(input$to)))) {
        days <- resolve_days(new_filters(), req(state()$first_day), state()$today)
        session$sendInputMessage("from", list(value = format(days$from)))
        session$sendInputMessage("to", list(value = format(days$to)))
      }
    })

    # Choices are the values of these days, and what is chosen already. An unchanged list is not
    # updated, since it may be open.
    offered <- list()
    observeEvent(resolved()[c("from", "to")], {
      found <- filter_choices(ask, resolved())
      for (name in names(found)) {
        if (!identical(found[[name]], offered[[name]])) {
          selected <- as.character(isolate(input[[name]]))
          updateSelectizeInput(
            session,
            name,
            choices = union(found[[name]], selected),
            selected = selected
          )
        }
      }
      offered <<- found
    })

    list(chosen = settled, resolved = resolved)
  })
}

#' Returns the names of the chosen filters that a page does not use.
unheeded <- function(filters, heeds) {
  chosen <- c(
    login = filters$login != "all",
    channel = length(filters$channels) > 0,
    category = length(filters$categories) > 0,
    brand = length(filters$brands) > 0
  )
  named <- c(login = "login state", channel = "channel", category = "category", brand = "brand")
  unname(named[names(chosen)[chosen & !(names(chosen) %in% heeds)]])
}

#' Describes the days of the filters.
described <- function(filters, zone) {
  days <- day_count(filters)
  sprintf(
    "%s – %s (%s %s, %s)",
    day_text(filters$from),
    day_text(filters$to),
    grouped(days),
    if (days == 1) "day" else "days",
    zone
  )
}
