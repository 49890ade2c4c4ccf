explorer_page <- function() {
  new_page(
    "sessions",
    "Sessions",
    explorer_ui,
    explorer_server,
    states = c("find", "session", "with", "steps"),
    scope = list(
      categories = "sessions with such a product",
      brands = "sessions with such a product"
    )
  )
}

explorer_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Find a visitor",
      tags$div(
        class = "finder",
        textInput(
          ns("text"),
          tags$span(class = "visually-hidden", "Whole id"),
          placeholder = "Visitor, client or user id, session key, or order id",
          width = "100%"
        ),
        actionButton(ns("search"), "Find", class = "btn-primary"),
        actionButton(ns("clear"), "Latest sessions", class = "btn-outline-secondary")
      ),
      note = "Enter a whole id. Filters do not apply to the sessions of the matching visitors."
    ),
    tags$div(
      class = "columns wide-first",
      panel(
        "Sessions",
        uiOutput(ns("sessions")),
        meaning = meaning("sessions", "duration", "channel"),
        csv = ns("sessions_csv")
      ),
      panel(
        "Timeline",
        uiOutput(ns("timeline")),
        meaning = meaning("timeline"),
        csv = ns("events_csv")
      )
    ),
    erasure_panel(ns)
  )
}

explorer_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    follow_finder(input, session)
    found <- session_data(input, context)
    # The clicked session if it is in the list, else the first.
    chosen <- reactive({
      rows <- need_rows(found$rows())
      if (isTRUE(input$session %in% rows$session_key)) input$session else rows$session_key[1]
    })
    events <- reactive(session_events(context$ask, chosen(), context$zone(), most_events))

    output$sessions <- renderUI({
      rows <- need_rows(found$rows())
      tagList(
        session_note(found$totals(), found$wanted(), found$with()),
        session_table(rows, found$totals()$sessions, found$most(), chosen(), session)
      )
    })
    output$timeline <- renderUI({
      rows <- need_rows(found$rows())
      timeline(
        rows[rows$session_key == chosen(), ],
        need_rows(events()),
        context$scale(),
        session$ns("visitor")
      )
    })

    serve_erasure(
      input,
      output,
      session,
      context,
      reactive({
        rows <- need_rows(found$rows())
        rows$visitor_id[rows$session_key == chosen()]
      })
    )

    output$sessions_csv <- csv_of(
      "sessions",
      function() in_major_units(found$all(), context$scale()),
      filters
    )
    output$events_csv <- csv_of(
      "session-events",
      function() {
        all <- session_events(context$ask_now, chosen(), context$zone())
        in_major_units(all, context$scale())
      },
      filters
    )
  })
}

#' Sets what is searched for: by the field, its buttons, or a click on a visitor.
follow_finder <- function(input, session) {
  set <- function(name, value) set_input(session, session$ns(name), value)
  observeEvent(input$search, {
    set("with", "")
    set("find", trimws(input$text))
  })
  observeEvent(input$clear, {
    for (name in c("with", "steps", "find", "session")) {
      set(name, "")
    }
  })
  observeEvent(input$visitor, set("find", input$visitor))
  observeEvent(input$find, updateTextInput(session, "text", value = input$find))
}

#' Returns the reactives of the list of sessions: rows that are shown, totals, and all rows.
session_data <- function(input, context) {
  filters <- context$filters
  most <- reactiveVal(sessions_at_first)
  observeEvent(input$more, most(most() + rows_at_once))
  wanted <- reactive(trimws(input$find %||% ""))
  with <- reactive(sessions_with(
    filters(),
    input$with %||% "",
    input$steps %||% "",
    function() funnel_steps(context$ask)
  ))
  visitors <- reactive({
    found <- find_visitors(context$ask, wanted())
    validate(need(
      length(found) > 0,
      sprintf(
        "No visitor matches “%s”. Enter a whole visitor, client, user, session or order id.",
        shortened(wanted(), 80)
      )
    ))
    found
  })
  listed <- function(most = NULL, ask = context$ask_now) {
    if (nzchar(wanted())) {
      visitor_sessions(ask, visitors(), context$zone())
    } else {
      recent_sessions(ask, filters(), context$zone(), with(), most)
    }
  }
  rows <- reactive(listed(most(), context$ask))
  totals <- reactive(
    if (nzchar(wanted())) {
      data.frame(sessions = nrow(rows()), visitors = length(visitors()))
    } else {
      session_totals(context$ask, filters(), context$zone(), with())
    }
  )
  list(rows = rows, totals = totals, all = listed, wanted = wanted, with = with, most = most)
}

#' Says which sessions are listed.
session_note <- function(totals, wanted, with) {
  tags$p(
    class = "note",
    sprintf(
      "%s of %s",
      count_of(totals$sessions, "session"),
      count_of(totals$visitors, "visitor")
    ),
    if (nzchar(wanted)) sprintf("that match “%s”.", shortened(wanted, 80)),
    if (!nzchar(wanted)) paste0(with$name %||% "in these days", ", the latest first."),
    "Click one to see its events."
  )
}

#' Creates the table of sessions.
session_table <- function(rows, total, most, current, session) {
  data_table(
    rows,
    list(
      column("started", "Started", instant_text, numeric = FALSE, whole = TRUE),
      column(
        "visitor_id",
        "Visitor",
        function(text) shortened(text, 12),
        numeric = FALSE,
        whole = TRUE
      ),
      column("channel", "Channel", numeric = FALSE),
      column("source", "Source", function(text) shortened(text, 18), numeric = FALSE, whole = TRUE),
      column("device", "Device", numeric = FALSE, whole = TRUE),
      column("duration_s", "Duration", duration_text, key = "duration"),
      column("event_count", "Events", key = "events"),
      column("order_count", "Orders", key = "orders")
    ),
    most = most,
    row_attributes = function(shown) {
      choice_attributes(
        session$ns("session"),
        shown$session_key,
        current,
        session$ns("timeline")
      )
    },
    total = total,
    more = session$ns("more")
  )
}

#' Creates the timeline of a session.
timeline <- function(session, events, scale, visitor_input) {
  tagList(
    session_facts(session, scale, visitor_input),
    tags$ol(
      class = "timeline",
      tabindex = "0",
      `aria-label` = "Events of the session",
      lapply(seq_len(nrow(events)), function(i) timeline_event(events[i, ], scale))
    ),
    if (nrow(events) == most_events) {
      tags$p(class = "note", sprintf("The first %d events. The CSV has all.", most_events))
    }
  )
}

#' Creates the facts above the timeline.
session_facts <- function(session, scale, visitor_input) {
  outcome <- if (session$is_bot) {
    "a bot"
  } else if (session$is_engaged) {
    "engaged"
  } else {
    "bounced"
  }
  or_none <- function(text) if (nzchar(text)) text else "(none)"
  facts <- list(
    User = if (nzchar(session$user_id)) session$user_id,
    Started = instant_text(session$started, 19),
    Duration = sprintf("%s, %s", duration_text(session$duration_s), outcome),
    Channel = session$channel,
    Source = sprintf("%s / %s", session$source, session$medium),
    Campaign = or_none(session$campaign),
    Referrer = or_none(session$referrer),
    Device = or_none(session$device),
    Revenue = if (session$order_count > 0) {
      sprintf(
        "%s from %s",
        money_text(session$revenue_minor, session$currency, scale),
        count_of(session$order_count, "order")
      )
    }
  )
  tags$dl(
    class = "facts",
    tags$dt("Visitor"),
    tags$dd(tags$button(
      type = "button",
      class = "link choice",
      `data-input` = visitor_input,
      `data-value` = session$visitor_id,
      title = "All sessions of this visitor",
      session$visitor_id
    )),
    lapply(names(Filter(Negate(is.null), facts)), function(name) {
      tagList(tags$dt(name), tags$dd(facts[[name]]))
    })
  )
}

#' Creates one event of the timeline.
timeline_event <- function(event, scale) {
  tags$li(
    class = sprintf("event color-%d", event_place(event$canonical_name)),
    tags$span(class = "clock", substr(event$occurred, 12, 19)),
    tags$span(class = "offset", paste0("+", duration_text(floor(event$offset_s)))),
    tags$span(class = "event-name", event$event_name),
    lapply(event_details(event, scale), function(detail) {
      tags$span(class = "event-detail", detail)
    })
  )
}

#' Returns the lines below the name of an event.
event_details <- function(event, scale) {
  amount <- function(minor) decimal_text(major_units(minor, scale), scale)
  price <- c(
    if (!is.na(event$discount_price_minor)) {
      paste(amount(event$discount_price_minor), "discounted")
    },
    if (!is.na(event$price_minor)) {
      if (is.na(event$discount_price_minor)) {
        amount(event$price_minor)
      } else {
        paste("from", amount(event$price_minor))
      }
    }
  )
  is_order <- event$order_id != "" || event$canonical_name == "checkout_complete"
  c(
    if (event$page_path != "") event$page_path,
    if (event$element_text != "") sprintf("clicked “%s”", shortened(event$element_text, 80)),
    if (event$product != "") {
      paste(c(event$product, if (length(price) > 0) paste(price, collapse = " ")), collapse = ", ")
    },
    if (is_order) {
      value <- if (is.na(event$order_value_minor)) {
        ""
      } else {
        paste0(": ", money_text(event$order_value_minor, event$currency, scale))
      }
      sprintf("order %s%s", event$order_id, value)
    }
  )
}
