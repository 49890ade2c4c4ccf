# Tables that show a part of their rows, and sort and search all of them on the server.

rows_at_first <- 25
rows_at_once <- 100

#' Creates the place of a table with its search field.
#'
#' @param label what the table lists, for screen readers
table_ui <- function(id, label) {
  tags$div(
    class = "server-table",
    textInput(
      paste0(id, "_search"),
      tags$span(class = "visually-hidden", paste("Search", label)),
      placeholder = "Search"
    ),
    uiOutput(id)
  )
}

#' Shows rows in the table of table_ui().
#'
#' @param rows,columns functions that return all rows and the columns
#' @param empty what to say without rows
#' @param attributes function of the shown rows that returns attributes of the table rows
table_server <- function(
  input,
  output,
  session,
  name,
  rows,
  columns,
  empty = NULL,
  attributes = NULL
) {
  most <- reactiveVal(rows_at_first)
  more <- paste0(name, "_more")
  sort <- paste0(name, "_sort")
  observeEvent(input[[more]], most(most() + rows_at_once))
  output[[name]] <- renderUI({
    all <- need_rows(rows(), empty %||% nothing_text())
    shown <- columns()
    found <- sorted_rows(matching_rows(all, shown, input[[paste0(name, "_search")]]), input[[sort]])
    data_table(
      found,
      shown,
      most = most(),
      empty = "No row matches.",
      row_attributes = attributes,
      sort = session$ns(sort),
      sorted = input[[sort]],
      more = session$ns(more)
    )
  })
}

#' Returns the rows that have a text in one of the columns with text.
matching_rows <- function(rows, columns, text) {
  text <- tolower(trimws(text %||% ""))
  if (!nzchar(text)) {
    return(rows)
  }
  names <- vapply(columns, `[[`, "", "name")
  texts <- Filter(function(name) is.character(rows[[name]]), names)
  found <- lapply(texts, function(name) grepl(text, tolower(rows[[name]]), fixed = TRUE))
  rows[Reduce(`|`, found, rep(FALSE, nrow(rows))), , drop = FALSE]
}

#' Sorts rows by a column; missing values come last, and equal ones keep their order.
sorted_rows <- function(rows, by) {
  if (is.null(by) || !(by$column %in% names(rows))) {
    return(rows)
  }
  values <- rows[[by$column]]
  if (is.character(values)) {
    values <- tolower(values)
  }
  rows[
    order(values, decreasing = by$order == "descending", na.last = TRUE, method = "radix"),
    ,
    drop = FALSE
  ]
}
