explorer_page <- function() {
  new_page(
    "sessions",
    "Sessions",
    c("login", "channel", "category", "brand"),
    explorer_ui,
    explorer_server
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
          NULL,
          placeholder = "Visitor, client or user id, session key, or order id",
          width = "100%"
        ),
        actionButton(ns("find"), "Find", class = "btn-primary"),
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
    )
  )
}

explorer_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    wanted <- reactiveVal("")
    observeEvent(input$find, wanted(trimws(input$text)))
    observeEvent(input$clear, {
      wanted("")
      updateTextInput(session, "text", value = "")
    })
    # A click on a visitor searches for that visitor.
    observeEvent(input$visitor, {
      wanted(input$visitor)
      updateTextInput(session, "text", value = input$visitor)
    })
    sessions <- reactive({
      if (!nzchar(wanted())) {
        return(recent_sessions(context$ask, filters(), context$zone()))
      }
      visitors <- find_visitors(context$ask, wanted())
      validate(need(
        length(visitors) > 0,
        sprintf(
          "No visitor matches “%s”. Enter a whole visitor, client, user, session or order id.",
          shortened(wanted(), 80)
        )
      ))
      visitor_sessions(context$ask, visitors, context$zone())
    })
    # The clicked session if it is in the list, else the first.
    chosen <- reactive({
      rows <- need_rows(sessions())
      if (isTRUE(input$session %in% rows$session_key)) input$session else rows$session_key[1]
    })
    events <- reactive(session_events(context$ask, chosen(), context$zone()))

    output$sessions <- renderUI({
      rows <- need_rows(sessions())
      rows$day <- substr(rows$started, 1, 16)
      current <- chosen()
      tagList(
        tags$p(
          class = "note",
          sprintf(
            if (nzchar(wanted())) "%s" else "The latest %s of these days",
            count_of(nrow(rows), "session")
          ),
          sprintf("of %s.", count_of(length(unique(rows$visitor_id)), "visitor")),
          "Click one to see its events."
        ),
        data_table(
          rows,
          list(
            column("day", "Started", numeric = FALSE),
            column("visitor_id", "Visitor", function(text) shortened(text, 20), numeric = FALSE),
            column("channel", "Channel", numeric = FALSE),
            column("device", "Device", numeric = FALSE, whole = TRUE),
            column("duration_s", "Duration", duration_text, key = "duration"),
            column("event_count", "Events", key = "events"),
            column("order_count", "Orders", key = "orders")
          ),
          most = most_sessions,
          row_attributes = function(shown) {
            sprintf(
              " class=\"choice%s\" tabindex=\"0\" data-input=\"%s\" data-value=\"%s\"",
              ifelse(shown$session_key == current, " chosen", ""),
              session$ns("session"),
              shown$session_key
            )
          }
        )
      )
    })
    output$timeline <- renderUI({
      rows <- need_rows(sessions())
      timeline(
        rows[rows$session_key == chosen(), ],
        need_rows(events()),
        context$scale(),
        session$ns("visitor")
      )
    })

    output$sessions_csv <- csv_of("sessions", sessions, filters)
    output$events_csv <- csv_of("session-events", events, filters)
  })
}

#' Returns the style of an event in the timeline.
kind_of_event <- function(name) {
  ifelse(
    name %in% c("page_view", "home_view", "category_view"),
    "page",
    ifelse(
      name == "product_view",
      "product",
      ifelse(
        name %in% c("add_to_cart_click", "remove_from_cart_click"),
        "cart",
        ifelse(name %in% c("checkout_start", "checkout_complete"), "checkout", "other")
      )
    )
  )
}

#' Creates the timeline of a session.
timeline <- function(session, events, scale, visitor_input) {
  is_order <- events$order_id != "" | events$canonical_name == "checkout_complete"
  tagList(
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
      if (session$user_id != "") tagList(tags$dt("User"), tags$dd(session$user_id)),
      tags$dt("Started"),
      tags$dd(sprintf(
        "%s %s",
        day_text(substr(session$started, 1, 10)),
        substr(session$started, 12, 19)
      )),
      tags$dt("Duration"),
      tags$dd(sprintf(
        "%s, %s",
        duration_text(session$duration_s),
        if (session$is_bot) {
          "a bot"
        } else if (session$is_engaged) {
          "engaged"
        } else {
          "bounced"
        }
      )),
      tags$dt("Channel"),
      tags$dd(session$channel)
    ),
    tags$ol(
      class = "timeline",
      lapply(seq_len(nrow(events)), function(i) {
        event <- events[i, ]
        details <- c(
          if (event$page_path != "") event$page_path,
          if (event$product != "") {
            paste0(
              event$product,
              if (!is.na(event$price_minor)) {
                sprintf(", %s", decimal_text(major_units(event$price_minor, scale), scale))
              }
            )
          },
          if (is_order[i]) {
            value <- if (is.na(event$order_value_minor)) {
              ""
            } else {
              paste0(": ", money_text(event$order_value_minor, event$currency, scale))
            }
            sprintf("order %s%s", event$order_id, value)
          }
        )
        tags$li(
          class = paste("event", kind_of_event(event$canonical_name)),
          title = event$occurred,
          tags$span(class = "offset", paste0("+", duration_text(floor(event$offset_s)))),
          tags$span(class = "event-name", event$event_name),
          lapply(details, function(detail) tags$span(class = "event-detail", detail))
        )
      })
    ),
    if (nrow(events) == most_events) {
      tags$p(class = "note", sprintf("The first %d events.", most_events))
    }
  )
}
