# The filter bar. A link holds the chosen filters; pages get them with resolved days.

value_labels <- list(
  channels = c("Channel", "All channels"),
  devices = c("Device", "All devices"),
  sources = c("Source", "All sources"),
  campaigns = c("Campaign", "All campaigns"),
  categories = c("Category", "All categories"),
  brands = c("Brand", "All brands")
)

# Filters with several values that stand behind "More filters".
more_value_filters <- c("devices", "sources", "campaigns", "categories", "brands")

filter_bar_ui <- function(id, initial) {
  ns <- NS(id)
  tags$form(
    class = "filters",
    role = "search",
    `aria-label` = "Filters",
    filter_of_one(ns, initial, "range", "Days", range_presets),
    shown_if(
      ns("range"),
      "custom",
      class = "filter filter-days",
      tags$div(
        class = "day-range",
        day_input(ns("from"), "From", initial$from),
        day_input(ns("to"), "To", initial$to)
      )
    ),
    filter_of_one(ns, initial, "login", "Login state", login_states),
    filter_of_several(ns, initial, "channels"),
    tags$div(
      class = "filter filter-reset",
      checkboxInput(ns("complete"), "Complete days only", initial$complete),
      actionButton(ns("reset"), "Reset", class = "btn-sm btn-outline-secondary")
    ),
    more_filters(ns, initial)
  )
}

#' Creates the filters that are needed less often, closed unless the link has one of them.
more_filters <- function(ns, initial) {
  tags$details(
    id = ns("more"),
    class = "more-filters",
    open = if (more_filters_set(initial) > 0) NA,
    tags$summary("More filters and comparison", textOutput(ns("more_set"), inline = TRUE)),
    tags$div(
      class = "filters",
      filter_of_one(ns, initial, "visitors", "Visitors", visitor_kinds),
      lapply(more_value_filters, filter_of_several, ns = ns, initial = initial),
      filter_of_one(ns, initial, "compare", "Compare with", comparisons),
      shown_if(
        ns("compare"),
        "custom",
        class = "filter filter-one",
        day_input(ns("compare_from"), "Compare with days from", initial$compare_from)
      )
    )
  )
}

#' Returns how many of the filters behind "More filters" are set, the comparison included.
more_filters_set <- function(filters) {
  sum(lengths(filters[more_value_filters]) > 0) +
    (filters$visitors != "all") +
    (filters$compare != "previous")
}

#' Creates a filter with one value.
filter_of_one <- function(ns, initial, name, label, choices) {
  tags$div(
    class = "filter filter-one",
    selectInput(ns(name), label, by_text(choices), initial[[name]], selectize = FALSE)
  )
}

#' Creates a filter with several values, at first those of the link.
filter_of_several <- function(ns, initial, name) {
  tags$div(
    class = "filter",
    selectizeInput(
      ns(name),
      value_labels[[name]][1],
      choices = initial[[name]],
      selected = initial[[name]],
      multiple = TRUE,
      options = list(
        placeholder = value_labels[[name]][2],
        maxItems = most_chosen,
        plugins = list("remove_button")
      )
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
#' @return also `set`, a function that sets the inputs to some filters
filter_bar_server <- function(id, ask, state) {
  moduleServer(id, function(input, output, session) {
    settled <- debounce(reactive(filters_of(input)), 250)
    resolved <- reactive({
      req(state()$kind == "ok")
      resolve_days(settled(), state()$first_day, state()$today, state()$loaded)
    })
    set <- function(filters) set_filters(session, input, filters)
    observeEvent(input$reset, set(new_filters()))
    output$more_set <- renderText({
      count <- more_filters_set(settled())
      if (count > 0) sprintf("(%d set)", count) else ""
    })
    offer_days(input, session, state, resolved)
    offer_values(input, session, ask, resolved)
    list(chosen = settled, resolved = resolved, set = set)
  })
}

#' Returns the filters that the inputs show.
filters_of <- function(input) {
  req(input$range, input$login)
  from <- as_day(input$from)
  to <- as_day(input$to)
  is_whole <- input$range == "custom" && !is.null(from) && !is.null(to)
  values <- lapply(
    stats::setNames(nm = names(value_filters)),
    function(name) as.character(input[[name]])
  )
  chosen <- list(
    range = if (input$range == "custom" && !is_whole) default_range else input$range,
    from = if (is_whole) from,
    to = if (is_whole) to,
    login = input$login,
    visitors = input$visitors %||% "all",
    complete = isTRUE(input$complete),
    compare = input$compare %||% "previous",
    compare_from = as_day(input$compare_from)
  )
  do.call(new_filters, c(values, chosen))
}

#' Sets the initial days of a custom range and comparison, and the days that a field offers.
offer_days <- function(input, session, state, resolved) {
  set <- function(name, day) session$sendInputMessage(name, list(value = format(day)))
  observeEvent(input$range, {
    if (input$range == "custom" && (is.null(as_day(input$from)) || is.null(as_day(input$to)))) {
      days <- resolve_days(new_filters(), req(state()$first_day), state()$today, state()$loaded)
      set("from", days$from)
      set("to", days$to)
    }
  })
  observeEvent(input$compare, {
    if (input$compare == "custom" && is.null(as_day(input$compare_from))) {
      previous <- utils::modifyList(resolved(), list(compare = "previous"))
      set("compare_from", compared_period(previous, state()$loaded)$from)
    }
  })
  observe({
    req(state()$kind == "ok")
    limits <- list(min = state()$first_day, max = state()$today)
    for (name in c("from", "to", "compare_from")) {
      session$sendInputMessage(name, limits)
    }
  })
}

#' Offers the values of the days, and what is chosen already. An unchanged list is not updated,
#' since it may be open.
offer_values <- function(input, session, ask, resolved) {
  offered <- list()
  found <- reactive(filter_choices(ask, only_days(resolved())))
  observeEvent(found(), {
    for (name in names(found())) {
      if (!identical(found()[[name]], offered[[name]])) {
        selected <- as.character(isolate(input[[name]]))
        updateSelectizeInput(
          session,
          name,
          choices = union(found()[[name]], selected),
          selected = selected
        )
      }
    }
    offered <<- found()
  })
}

#' Sets the inputs of the filter bar.
set_filters <- function(session, input, filters) {
  for (name in c("range", "login", "visitors", "compare")) {
    updateSelectInput(session, name, selected = filters[[name]])
  }
  for (name in c("from", "to", "compare_from")) {
    if (!is.null(filters[[name]])) {
      session$sendInputMessage(name, list(value = format(filters[[name]])))
    }
  }
  updateCheckboxInput(session, "complete", value = filters$complete)
  if (more_filters_set(filters) > 0) {
    session$sendCustomMessage("open", session$ns("more"))
  }
  for (name in names(value_filters)) {
    values <- filters[[name]]
    if (!identical(values, as.character(isolate(input[[name]])))) {
      # A value of a link may not be among the choices that are offered now.
      session$sendCustomMessage(
        "choose",
        list(id = session$ns(name), values = as.list(as.character(values)))
      )
    }
  }
}

#' Says the values of each chosen filter, and what it does on a page.
#'
#' @param scope list by filter of the page; a filter that is not in it selects sessions
scope_notes <- function(filters, scope) {
  chosen <- c(
    login = filters$login != "all",
    visitors = filters$visitors != "all",
    vapply(names(value_filters), function(name) length(filters[[name]]) > 0, NA)
  )
  named <- c(
    login = "Login state",
    visitors = "New or returning",
    vapply(value_labels, `[`, "", 1)
  )
  values <- list(
    login = login_states[[filters$login]],
    visitors = visitor_kinds[[filters$visitors]]
  )
  notes <- vapply(
    names(chosen)[chosen],
    function(name) {
      text <- if (is.null(scope[[name]])) "of the session" else scope[[name]]
      sprintf(
        "%s: %s, %s",
        named[[name]],
        values_text(values[[name]] %||% filters[[name]]),
        if (nzchar(text)) text else "not used on this page"
      )
    },
    ""
  )
  unname(notes)
}

# A line names at most so many values of a filter.
most_named <- 3

#' Names the values of a filter: "mobile", "a or b", "a, b or c", "a, b, c or 4 more".
values_text <- function(values) {
  shown <- shortened(utils::head(values, most_named))
  rest <- length(values) - length(shown)
  if (rest > 0) {
    shown <- c(shown, sprintf("%s more", grouped(rest)))
  }
  last <- length(shown)
  if (last == 1) shown else paste(paste(shown[-last], collapse = ", "), "or", shown[last])
}

#' Returns the same text for all filters but the days.
every_filter <- function(text) {
  names <- c("login", "visitors", names(value_filters))
  stats::setNames(as.list(rep(text, length(names))), names)
}

#' Describes the days of the filters.
described <- function(filters, zone) {
  days <- day_count(filters)
  missing <- days - NROW(filters$loaded)
  first <- first_part(filters)
  last <- last_part(filters)
  paste0(
    day_text(filters$from),
    if (days > 1) sprintf(" – %s", day_text(filters$to)),
    sprintf(" (%s, %s)", count_of(days, "day"), zone),
    if (missing > 0 && missing < days) sprintf(", %s not loaded", count_of(missing, "day")),
    if (!is.null(first)) sprintf(", the first from %s", first$from_time),
    if (!is.null(last)) sprintf(", the last to %s", last$until_time)
  )
}
