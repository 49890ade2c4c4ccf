# The address: page, filters and the choices of the page. A choice makes an entry in the browser's
# history, so that Back goes one step back.

#' Keeps the address and the inputs equal.
#'
#' The browser sends `address` when it is opened at, or goes back to, another address, and when a
#' link to a page of this application is clicked.
address_server <- function(input, session, all, filters) {
  wanted <- reactiveVal(NULL)
  current <- reactive({
    page <- Find(function(page) page$id == input$page, all)
    req(page)
    to_query(filters$chosen(), page$id, chosen_in_page(input, page, session$userData$defaults))
  })
  settled <- debounce(current, 150)

  observeEvent(input$address, {
    target <- from_query(input$address)
    page <- Find(function(page) identical(page$id, target$page), all) %||% all[[1]]
    filters$set(target$filters)
    bslib::nav_select("page", page$id, session)
    set_choices(input, session, page, target$choices)
    # The inputs change one after the other: no entries are made until they are as wanted.
    wanted(to_query(target$filters, page$id, known_choices(page, target$choices)))
  })
  observeEvent(settled(), {
    if (!is.null(wanted())) {
      if (!identical(settled(), wanted())) {
        req(FALSE)
      }
      wanted(NULL)
    }
    session$sendCustomMessage("address", settled())
  })
  # An address with a choice that does not exist never becomes as wanted.
  observeEvent(wanted(), {
    target <- wanted()
    later::later(
      function() {
        if (identical(isolate(wanted()), target)) wanted(NULL)
      },
      3
    )
  })

  initial <- isolate(from_query(session$clientData$url_search %||% ""))
  page <- Find(function(page) identical(page$id, initial$page), all) %||% all[[1]]
  # Setting the others to "" would draw what depends on them again.
  given <- page$states %in% names(initial$choices)
  set_states(session, utils::modifyList(page, list(states = page$states[given])), initial$choices)
  wanted(to_query(initial$filters, page$id, known_choices(page, initial$choices)))
}

#' Returns the choices of a page that are not the defaults.
#'
#' @param defaults environment with the defaults that depend on the rows, such as the currency
chosen_in_page <- function(input, page, defaults = NULL) {
  id <- function(name) paste0(page$id, "-", name)
  selected <- lapply(stats::setNames(nm = names(page$choices)), function(name) {
    value <- input[[id(name)]]
    default <- defaults[[id(name)]] %||% page$choices[[name]]
    if (isTRUE(nzchar(value)) && !identical(value, default)) value
  })
  checked <- lapply(stats::setNames(nm = page$flags), function(name) {
    if (isTRUE(input[[id(name)]])) "1"
  })
  states <- lapply(stats::setNames(nm = page$states), function(name) {
    value <- input[[id(name)]]
    if (isTRUE(nzchar(value))) value
  })
  Filter(Negate(is.null), c(selected, checked, states))
}

#' Returns the choices of a link that the page knows and that are not the defaults, in the order of
#' the address.
known_choices <- function(page, choices) {
  names <- intersect(c(names(page$choices), page$flags, page$states), names(choices))
  is_default <- vapply(
    names,
    function(name) {
      value <- choices[[name]]
      if (name %in% page$flags) value != "1" else value %in% c("", page$choices[name])
    },
    NA
  )
  choices[names[!is_default]]
}

#' Sets the inputs of a page to the choices of a link, and the others to their defaults.
set_choices <- function(input, session, page, choices) {
  id <- function(name) paste0(page$id, "-", name)
  for (name in names(page$choices)) {
    updateSelectInput(
      session,
      id(name),
      selected = choices[[name]] %||% page$choices[[name]]
    )
  }
  for (name in page$flags) {
    updateCheckboxInput(session, id(name), value = identical(choices[[name]], "1"))
  }
  set_states(session, page, choices)
}

#' Sets the inputs of a page that no control shows.
set_states <- function(session, page, choices) {
  for (name in page$states) {
    set_input(session, paste0(page$id, "-", name), choices[[name]] %||% "")
  }
}

#' Sets an input that no control shows.
set_input <- function(session, id, value) {
  session$sendCustomMessage("set_input", list(id = id, value = value))
}
