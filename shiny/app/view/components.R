# Parts of pages: panels, boxes, tables, definitions.

#' Creates a page.
#'
#' @param heeds filters that the page uses; the others are named as not used
#' @param ui,server the Shiny module of the page
new_page <- function(id, name, heeds, ui, server) {
  list(id = id, name = name, heeds = heeds, ui = ui, server = server)
}

#' Creates the "?" button that shows definitions, by their keys.
meaning <- function(...) {
  keys <- c(...)
  texts <- lapply(keys, function(key) {
    known <- definitions[[key]]
    stopifnot(!is.null(known))
    tags$p(tags$strong(known$term), tags$br(), known$meaning)
  })
  tags$button(
    type = "button",
    class = "meaning",
    `aria-label` = paste("What does this mean?", definitions[[keys[1]]]$term),
    title = "What does this mean?",
    `data-meaning` = as.character(tagList(texts)),
    "?"
  )
}

#' Creates a panel: heading, definitions, controls, link to its rows as CSV, and content.
panel <- function(
  title,
  ...,
  meaning = NULL,
  note = NULL,
  controls = NULL,
  csv = NULL,
  class = NULL
) {
  tags$section(
    `aria-label` = title,
    class = paste(c("panel", class), collapse = " "),
    tags$header(
      tags$h2(title, meaning),
      tags$div(class = "panel-tools", controls, if (!is.null(csv)) csv_link(csv, title))
    ),
    if (!is.null(note)) tags$p(class = "note", note),
    tags$div(class = "panel-body", ...)
  )
}

#' Creates the link that downloads rows as CSV.
csv_link <- function(id, title) {
  downloadLink(
    id,
    "CSV",
    class = "csv",
    title = "Download these rows",
    `aria-label` = paste("Download as CSV:", title)
  )
}

#' Serves `rows()` as CSV. The file name has the name of the panel and the days.
csv_of <- function(name, rows, filters) {
  downloadHandler(
    filename = function() {
      sprintf("%s_%s_%s.csv", name, format(filters()$from), format(filters()$to))
    },
    contentType = "text/csv; charset=utf-8",
    # If the page shows a message instead of rows, the file is empty.
    content = function(file) {
      write_csv(tryCatch(rows(), shiny.silent.error = function(reason) data.frame()), file)
    }
  )
}

#' Creates a select box next to a heading. Its label is for screen readers.
#'
#' @param choices labels, named by value
choice <- function(id, label, choices, width) {
  selectInput(
    id,
    tags$span(class = "visually-hidden", label),
    by_text(choices),
    selectize = FALSE,
    width = width
  )
}

#' Converts labels named by value into values named by label, which Shiny expects.
by_text <- function(choices) stats::setNames(as.character(names(choices)), choices)

#' Creates the place of a chart.
chart <- function(id, height = 320) plotly::plotlyOutput(id, height = paste0(height, "px"))

#' Creates a box with a number and its change against the previous period.
#'
#' @param good direction of a good change, "up" or "down"
box <- function(id, label, value, key, change = NA, before = NULL, detail = NULL, good = "up") {
  direction <- if (is.na(change)) {
    "none"
  } else if (abs(change) < 0.0005) {
    "same"
  } else if ((change > 0) == (good == "up")) {
    "better"
  } else {
    "worse"
  }
  tags$div(
    class = "box",
    `data-box` = id,
    tags$div(class = "box-label", label, meaning(key)),
    tags$div(class = "box-value", value),
    if (!is.null(before)) {
      tags$div(
        class = paste("box-change", direction),
        title = before,
        if (is.na(change)) {
          "no previous period"
        } else {
          paste(change_text(change), "vs. previous period")
        }
      )
    },
    if (!is.null(detail)) tags$div(class = "box-detail", detail)
  )
}

#' Creates a grid of boxes.
boxes <- function(...) tags$div(class = "boxes", ...)

# A longer text, which a visitor may have sent, is shortened. The CSV has it whole.
longest_cell <- 160

#' Describes a column of data_table().
#'
#' @param text function that formats the values
#' @param key definition behind a "?" in the heading
#' @param whole TRUE for text that must not wrap
column <- function(name, label, text = NULL, numeric = TRUE, key = NULL, whole = FALSE) {
  list(name = name, label = label, text = text, numeric = numeric, key = key, whole = whole)
}

#' Creates a table that sorts by a click on a heading.
data_table <- function(
  rows,
  columns,
  most = 100,
  empty = "No rows in these days.",
  row_attributes = NULL
) {
  if (nrow(rows) == 0) {
    return(empty_state(empty))
  }
  shown <- utils::head(rows, most)
  cells <- lapply(columns, function(column) {
    values <- shown[[column$name]]
    text <- if (is.null(column$text)) {
      (if (is.numeric(values)) count_text(values) else as.character(values))
    } else {
      column$text(values)
    }
    text <- shortened(text, longest_cell)
    sort_by <- if (is.numeric(values)) {
      ifelse(is.na(values), "", format(values, scientific = FALSE, digits = 15, trim = TRUE))
    } else {
      as.character(values)
    }
    sprintf(
      "<td%s data-sort=\"%s\">%s</td>",
      if (column$numeric) {
        " class=\"number\""
      } else if (column$whole) {
        " class=\"whole\""
      } else {
        ""
      },
      htmltools::htmlEscape(sort_by, attribute = TRUE),
      htmltools::htmlEscape(text)
    )
  })
  attributes <- if (is.null(row_attributes)) rep("", nrow(shown)) else row_attributes(shown)
  tagList(
    tags$div(
      class = "table-frame",
      tags$table(
        class = "data",
        tags$thead(tags$tr(lapply(columns, function(column) {
          tags$th(
            scope = "col",
            class = if (column$numeric) "number",
            tags$button(type = "button", class = "sort", column$label),
            if (!is.null(column$key)) meaning(column$key)
          )
        }))),
        tags$tbody(HTML(paste0(
          "<tr",
          attributes,
          ">",
          do.call(paste0, cells),
          "</tr>",
          collapse = "\n"
        )))
      )
    ),
    if (nrow(rows) > most) {
      tags$p(
        class = "note",
        sprintf("The first %s rows; the CSV has %s.", grouped(most), grouped(nrow(rows)))
      )
    }
  )
}

#' Creates the message that replaces an empty table.
empty_state <- function(text) tags$div(class = "empty-state", text)

#' Shows a message in place of the output if there are no rows.
need_rows <- function(rows, text = "Nothing in these days with these filters.") {
  validate(need(NROW(rows) > 0, text))
  rows
}

#' Returns reactives of all currencies and of the chosen one, at first the one with the greatest
#' `weight`. Money is shown in one currency at a time.
currency_choice <- function(input, session, rows, weight) {
  all <- reactive(currencies_of(rows(), weight))
  chosen <- reactive(
    if (isTRUE(input$currency %in% all())) {
      input$currency
    } else if (length(all()) > 0) {
      all()[1]
    } else {
      ""
    }
  )
  observeEvent(all(), {
    updateSelectInput(
      session,
      "currency",
      choices = stats::setNames(all(), currency_text(all())),
      selected = chosen()
    )
  })
  list(all = all, chosen = chosen)
}
