# The application: a filter bar, pages, and a message if the warehouse cannot be read.

state_interval_ms <- 10000

nav_page <- function(...) {
  # bslib renamed nav() to nav_panel().
  if ("nav_panel" %in% getNamespaceExports("bslib")) bslib::nav_panel(...) else bslib::nav(...)
}

#' Returns the pages in the order of the navigation bar.
pages <- function() {
  list(
    overview_page(),
    trends_page(),
    funnel_page(),
    pages_page(),
    journeys_page(),
    products_page(),
    acquisition_page(),
    retention_page(),
    explorer_page(),
    properties_page(),
    quality_page()
  )
}

#' Returns the option that lets pages scroll; newer versions of bslib fit them into the window.
scrolling <- function() {
  if ("fillable" %in% names(formals(bslib::page_navbar))) list(fillable = FALSE) else list()
}

#' Returns the Bootstrap theme.
dashboard_theme <- function() {
  bslib::bs_theme(
    version = 5,
    bg = "#ffffff",
    fg = ink,
    primary = palette_of_series[1],
    "font-size-base" = "0.9375rem"
  )
}

dashboard_ui <- function() {
  closed <- new.env(parent = emptyenv())
  theme <- dashboard_theme()
  function(request) {
    initial <- from_query(request$QUERY_STRING %||% "")
    ids <- vapply(pages(), `[[`, "", "id")
    opened <- if (length(initial$page) == 1 && initial$page %in% ids) initial$page else ids[1]
    open_with(opened, initial$choices)
    panels <- lapply(pages(), function(page) {
      nav_page(
        page$name,
        value = page$id,
        tags$main(
          class = "page",
          `data-page` = page$id,
          tags$h1(class = "page-name", page$name),
          if (page$id == opened) page$ui(page$id) else closed_page(page, closed)
        )
      )
    })
    do.call(
      bslib::page_navbar,
      c(
        panels,
        list(
          id = "page",
          title = tags$span(class = "brand", "Clickstream"),
          window_title = "Clickstream",
          lang = "en",
          selected = opened,
          theme = theme,
          fluid = TRUE,
          header = page_header(initial$filters)
        ),
        scrolling()
      )
    )
  }
}

#' Returns a handler that renders each link once, and answers it with the same text again. The text
#' depends on what the link says alone; all numbers come later.
#'
#' @param kept_bytes memory for these texts, of about 90 KB each
remembering_pages <- function(handler, kept_bytes = 16 * 1024^2) {
  force(handler)
  kept <- cachem::cache_mem(max_size = kept_bytes)
  function(request) {
    if (!identical(request$PATH_INFO, "/") || !identical(request$REQUEST_METHOD, "GET")) {
      return(handler(request))
    }
    key <- rlang::hash(from_query(request$QUERY_STRING %||% ""))
    response <- kept$get(key)
    if (cachem::is.key_missing(response)) {
      response <- handler(request)
      if (inherits(response, "httpResponse") && response$status == 200) {
        kept$set(key, response)
      }
    }
    response
  }
}

#' Returns the content of a page that the link does not open. It is the same in each response, and
#' most of the response, so that it is rendered once. dashboard.js puts it into the page when the
#' page is first opened: Shiny's script looks at each control and output that is in the document.
#'
#' @param rendered environment with the pages that were rendered before
closed_page <- function(page, rendered) {
  known <- rendered[[page$id]]
  if (is.null(known)) {
    parts <- htmltools::renderTags(page$ui(page$id))
    known <- htmltools::attachDependencies(
      tags$template(class = "closed-page", HTML(parts$html)),
      parts$dependencies
    )
    assign(page$id, known, envir = rendered)
  }
  known
}

#' Creates what stands above all pages: scripts, messages, filters, and what they do.
page_header <- function(filters) {
  tagList(
    tags$head(
      tags$meta(name = "viewport", content = "width=device-width, initial-scale=1"),
      tags$link(rel = "icon", href = "data:,"),
      tags$link(rel = "stylesheet", href = "dashboard.css"),
      tags$script(src = "dashboard.js")
    ),
    # Scripts that Shiny loads later would be run as inline scripts, which the policy refuses.
    with_known_plotly(plotly::plot_ly())$dependencies,
    uiOutput("trouble"),
    tags$div(id = "filter-bar", filter_bar_ui("filters", filters)),
    uiOutput("scope", role = "status")
  )
}

dashboard_server <- function(warehouse, background = new_background(warehouse)) {
  function(input, output, session) {
    if (!may_open(session$request)) {
      session$close()
      return()
    }
    state <- reactiveVal(warehouse$seen %||% lately_seen_state(warehouse))
    again <- reactiveTimer(state_interval_ms)
    observeEvent(again(), refresh_state(background, function(seen) state(seen)))
    # A failed query shows its message in its panel, a lost connection above the pages.
    ask_or_tell <- function(sql, values = list()) {
      version <- isolate(state()$version)
      rows <- function() ask_in_background(background, session$token, version, sql, values)
      tryCatch(rows(), warehouse_error = function(fault) {
        if (fault$kind == "unreachable") {
          state(list(
            kind = fault$kind,
            message = conditionMessage(fault),
            version = conditionMessage(fault)
          ))
        }
        validate(conditionMessage(fault))
      })
    }

    filters <- filter_bar_server("filters", ask_or_tell, state)
    session$userData$defaults <- new.env(parent = emptyenv())
    session$userData$nothing <- function() nothing_in(filters$resolved(), state())
    context <- list(
      ask = ask_or_tell,
      forget_errors = function() forget_errors(background),
      # A download needs its rows at once.
      ask_now = function(sql, values = list()) ask(warehouse, sql, values),
      filters = filters$resolved,
      state = state,
      zone = reactive(req(state()$zone)),
      scale = reactive(state()$price_scale),
      href = function(page, choices = list(), change = list()) {
        to_query(utils::modifyList(filters$chosen(), change), page, choices)
      }
    )
    all <- pages()
    serve_when_opened(input, all, context)

    output$trouble <- renderUI({
      session$sendCustomMessage("warehouse", state()$kind)
      trouble(state())
    })
    output$scope <- renderUI({
      page <- Find(function(page) page$id == input$page, all)
      req(page)
      scope_line(filters$resolved(), page, context$zone(), state())
    })
    address_server(input, session, all, filters)
  }
}

#' Starts the server function of each page when the page is first opened: most visitors open few.
serve_when_opened <- function(input, all, context) {
  started <- character()
  observeEvent(
    input$page,
    {
      page <- Find(function(page) page$id == input$page, all)
      if (!is.null(page) && !page$id %in% started) {
        started <<- c(started, page$id)
        page$server(page$id, context)
      }
    },
    priority = 100
  )
}

#' Says why a panel is empty.
nothing_in <- function(filters, state) {
  if (NROW(filters$loaded) > 0) {
    return("Nothing in these days with these filters.")
  }
  paste("Nothing is loaded in these days.", loaded_sentence(state))
}

# A longer time without an event before the end of what is loaded is said.
silence_s <- 3600

#' Says to which minute the last day is loaded, and the newest event if it is much older.
loaded_up_to <- function(state) {
  last <- utils::tail(state$loaded, 1)
  instant <- function(text) as.POSIXct(text, tz = "UTC", format = "%Y-%m-%d %H:%M")
  newest <- state$newest_minute %||% NA
  silent <- as.numeric(instant(paste(last$day, last$until_time))) - as.numeric(instant(newest))
  sprintf(
    "Loaded up to %s, %s%s.",
    day_text(last$day),
    last$until_time,
    if (isTRUE(silent > silence_s)) {
      own_day <- substr(newest, 1, 10)
      sprintf(
        ", newest event %s%s",
        if (own_day == last$day) "" else paste0(day_text(own_day), ", "),
        substr(newest, 12, 16)
      )
    } else {
      ""
    }
  )
}

#' Creates the line that says what the filters do on the page.
scope_line <- function(filters, page, zone, state) {
  tags$div(
    class = "scope",
    tags$span(class = "scope-days", described(filters, zone)),
    tags$span(loaded_up_to(state), page$bots),
    if (NROW(filters$loaded) == 0) {
      tags$span(class = "scope-unused", nothing_in(filters, state))
    },
    if (nzchar(closed_sentence(filters, state$closed_day))) {
      tags$span(class = "scope-unused", closed_sentence(filters, state$closed_day))
    },
    lapply(scope_notes(filters, page$scope), function(note) {
      tags$span(
        class = if (endsWith(note, "not used on this page")) "scope-unused" else "scope-note",
        paste0(note, ".")
      )
    })
  )
}

headings_of_trouble <- c(
  not_configured = "No warehouse is configured",
  unreachable = "The warehouse can't be reached",
  not_migrated = "The warehouse is not migrated",
  forbidden = "The warehouse is not readable",
  empty = "The warehouse is empty",
  too_slow = "The warehouse is too slow",
  failed = "A query failed"
)

#' Creates the message about a warehouse that cannot be read.
trouble <- function(state) {
  if (state$kind == "ok") {
    return(NULL)
  }
  tags$div(
    class = paste("trouble", state$kind),
    role = "alert",
    tags$h1(headings_of_trouble[[state$kind]]),
    tags$p(state$message),
    tags$p(class = "note", "This page checks again every 10 seconds. No reload is needed.")
  )
}
