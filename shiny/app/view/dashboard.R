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
    journeys_page(),
    products_page(),
    acquisition_page(),
    retention_page(),
    explorer_page(),
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
  function(request) {
    initial <- from_query(request$QUERY_STRING %||% "")
    all <- pages()
    ids <- vapply(all, `[[`, "", "id")
    panels <- lapply(all, function(page) {
      nav_page(
        page$name,
        value = page$id,
        tags$main(class = "page", `data-page` = page$id, page$ui(page$id))
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
          selected = if (length(initial$page) == 1 && initial$page %in% ids) {
            initial$page
          } else {
            ids[1]
          },
          theme = dashboard_theme(),
          fluid = TRUE,
          header = tagList(
            tags$head(
              tags$meta(name = "viewport", content = "width=device-width, initial-scale=1"),
              tags$link(rel = "icon", href = "data:,"),
              tags$link(rel = "stylesheet", href = "dashboard.css"),
              tags$script(src = "dashboard.js")
            ),
            # Scripts that Shiny loads later would be run as inline scripts, which the policy refuses.
            with_known_plotly(plotly::plot_ly())$dependencies,
            uiOutput("trouble"),
            tags$div(id = "filter-bar", filter_bar_ui("filters", initial$filters)),
            uiOutput("scope")
          )
        ),
        scrolling()
      )
    )
  }
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
    context <- list(
      ask = ask_or_tell,
      filters = filters$resolved,
      state = state,
      zone = reactive(req(state()$zone)),
      scale = reactive(state()$price_scale)
    )
    all <- pages()
    for (page in all) {
      page$server(page$id, context)
    }

    output$trouble <- renderUI({
      session$sendCustomMessage("warehouse", state()$kind)
      trouble(state())
    })
    output$scope <- renderUI({
      page <- Find(function(page) page$id == input$page, all)
      req(page)
      unused <- unheeded(filters$resolved(), page$heeds)
      tags$div(
        class = "scope",
        tags$span(class = "scope-days", described(filters$resolved(), context$zone())),
        tags$span(sprintf("Loaded up to %s.", state()$newest_hour), "Bots are left out."),
        if (length(unused) > 0) {
          tags$span(
            class = "scope-unused",
            sprintf("Not used on this page: %s.", paste(unused, collapse = ", "))
          )
        }
      )
    })

    observe(updateQueryString(to_query(filters$chosen(), input$page), mode = "replace"))
  }
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
