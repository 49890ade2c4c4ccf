# The panel that shows what an erasure of a visitor would remove, and the table of erasures.

erasure_panel <- function(ns) {
  panel(
    "Erasure of this visitor",
    uiOutput(ns("erasure")),
    meaning = meaning("erasure"),
    note = "This page deletes nothing. It counts what the command would remove."
  )
}

#' Serves the panel: a button at first, since the numbers may need all events.
#'
#' @param visitor function that returns the visitor of the chosen session
serve_erasure <- function(input, output, session, context, visitor) {
  preview <- reactive(erasure_preview(context$ask, visitor()))
  output$erasure <- renderUI({
    if (!identical(input$erase, visitor())) {
      return(tags$button(
        type = "button",
        class = "btn btn-outline-secondary choice",
        `data-input` = session$ns("erase"),
        `data-value` = visitor(),
        "Show what an erasure would remove"
      ))
    }
    users <- users_of_visitor(context$ask, visitor())
    tagList(
      # Not before the numbers: a download cannot wait for them.
      tags$div(
        class = "panel-tools at-end",
        csv_link(session$ns("erasure_csv"), "Erasure of this visitor")
      ),
      erasure_shown(
        preview(),
        erasure_command(context$ask, visitor()),
        erasure_subject(visitor())$kind,
        users
      )
    )
  })
  output$erasure_csv <- csv_of("erasure", preview, no_days)
}

#' Shows the numbers and the commands.
erasure_shown <- function(rows, command, kind, users) {
  returned <- sum(rows$returned)
  tagList(
    data_table(
      rows[rows$removed > 0, ],
      list(
        column("name", "Table", numeric = FALSE, whole = TRUE),
        column("removed", "Rows removed")
      ),
      empty = "Nothing would be removed: the warehouse has no such event any more."
    ),
    tags$p(
      class = "note after-table",
      "Counts by hour and by day become those without these events. An order that another visitor",
      "has also claimed stays, with that claim.",
      if (kind == "user") "The events of this user in all browsers are counted.",
      if (returned > 0) {
        sprintf(
          "%s of other ids will be loaded again in place of erased events.",
          count_of(returned, "duplicate")
        )
      }
    ),
    if (is.null(command)) {
      tags$p(
        class = "note",
        sprintf(
          "The visitor has neither a client id nor a user id, and more than %d events.",
          most_erased_event_ids
        ),
        "Write a request with the field eventIds: the event ids in the CSVs of its timelines."
      )
    } else {
      command_block(command)
    },
    lapply(users, function(user) {
      tagList(
        tags$p(
          class = "note",
          "To erase user",
          tags$strong(shortened(user, 80)),
          "with all browsers that no other user was seen with:"
        ),
        command_block(user_erasure_command(user))
      )
    }),
    tags$p(
      class = "note",
      "Set RAW to the raw root, JDBC_URL and DB_USER to the warehouse and the role that loads.",
      "Add --purge to delete the raw bytes, too. The command needs bash, zsh or ksh."
    )
  )
}

command_block <- function(command) {
  tags$pre(class = "raw", tabindex = "0", role = "group", `aria-label` = "Command", command)
}

#' Returns the columns of the table of erasures.
erasure_columns <- function() {
  list(
    column("applied", "Applied", instant_text, numeric = FALSE),
    column("requested", "Requested", instant_text, numeric = FALSE),
    column("received_before", "Received before", instant_text, numeric = FALSE),
    column("ids", "Ids"),
    column("events", "Events"),
    column("sessions", "Sessions"),
    column("duplicates", "Duplicates"),
    column("rejected", "Rejected"),
    column("returned", "Loaded again"),
    column("request_id", "Request", function(id) substr(id, 1, 8), numeric = FALSE, whole = TRUE)
  )
}

#' Serves the table of erasures.
serve_erasures <- function(input, output, session, requests) {
  table_server(
    input,
    output,
    session,
    "erasures",
    requests,
    erasure_columns,
    "No erasure request has been applied."
  )
  output$erasures_csv <- csv_of("erasures", requests, no_days)
}
