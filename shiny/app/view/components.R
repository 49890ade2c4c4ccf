# Parts of pages: panels, boxes, tables, definitions.

#' Creates a page.
#'
#' @param ui,server the Shiny module of the page
#' @param choices names of its selects that a link holds
#' @param flags names of its checkboxes that a link holds
#' @param states names of its other inputs that a link holds, such as the chosen row
#' @param scope what each filter does on the page, by name of the filter; "" if it does nothing
#' @param bots what the page does with bots
new_page <- function(
  id,
  name,
  ui,
  server,
  choices = character(),
  flags = character(),
  states = character(),
  scope = list(),
  bots = "Bots are left out."
) {
  list(
    id = id,
    name = name,
    ui = ui,
    server = server,
    choices = choices,
    flags = flags,
    states = states,
    scope = scope,
    bots = bots
  )
}

# Choices of the link that is being opened, by id of the input.
link_choices <- new.env(parent = emptyenv())

#' Sets the choices that the inputs of a page have in a new browser window.
open_with <- function(page, choices) {
  rm(list = ls(link_choices), envir = link_choices)
  for (name in names(choices)) {
    assign(paste0(page, "-", name), choices[[name]], envir = link_choices)
  }
}

#' Returns the choice of an input in the link; the default if it has none.
in_link <- function(id, default = NULL) get0(id, envir = link_choices, ifnotfound = default)

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

#' Creates a link-like button that shows one definition.
meaning_link <- function(label, key) {
  known <- definitions[[key]]
  tags$button(
    type = "button",
    class = "meaning meaning-link",
    `data-meaning` = as.character(tags$p(tags$strong(known$term), tags$br(), known$meaning)),
    label
  )
}

#' Creates a panel: heading, definitions, controls, link to its rows as CSV, and content.
#'
#' @param rows output with the rows of a chart as a table, for readers who cannot see it
panel <- function(
  title,
  ...,
  meaning = NULL,
  note = NULL,
  controls = NULL,
  csv = NULL,
  rows = NULL,
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
    tags$div(class = "panel-body", ...),
    if (!is.null(rows)) {
      tags$details(class = "chart-rows", tags$summary("Show as a table"), uiOutput(rows))
    }
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

# A table beside a chart has at most so many rows; the CSV has all.
most_chart_rows <- 500

#' Shows the rows of a chart as a table.
rows_table <- function(rows) {
  renderUI({
    found <- need_rows(rows())
    data_table(
      found,
      lapply(names(found), function(name) {
        values <- found[[name]]
        column(name, row_heading(name), row_text(name, values), numeric = is.numeric(values))
      }),
      most = most_chart_rows
    )
  })
}

#' Returns the heading of a column: "order_count" becomes "Order count".
row_heading <- function(name) {
  text <- gsub("_", " ", name)
  paste0(toupper(substr(text, 1, 1)), substring(text, 2))
}

#' Returns the format of a column: shares, other decimals, days and hours are written as elsewhere.
row_text <- function(name, values) {
  known <- values[!is.na(values)]
  if (is.numeric(values)) {
    if (grepl("(^|_)(share|rate)$", name)) {
      percent_text
    } else if (any(known %% 1 != 0)) {
      decimal_text
    }
  } else if (length(known) > 0 && all(grepl("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", known))) {
    function(days) ifelse(is.na(days), "–", day_text(days))
  } else if (length(known) > 0 && all(grepl("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]+$", known))) {
    instant_text
  }
}

#' Creates a select box next to a heading, with its label before it.
#'
#' @param choices labels, named by value
#' @param fixed FALSE if the warehouse has further choices, which are offered later
choice <- function(id, label, choices, width, fixed = length(choices) > 1) {
  chosen <- in_link(id)
  values <- by_text(choices)
  if (!is.null(chosen) && !(chosen %in% values)) {
    if (fixed) {
      chosen <- NULL
    } else {
      values <- c(stats::setNames(chosen, chosen), values)
    }
  }
  tags$div(
    class = "choice-with-label",
    style = sprintf("--choice-width: %s", width),
    selectInput(id, label, values, selected = chosen, selectize = FALSE)
  )
}

#' Creates a part of a page that is shown if a select has a value, or a checkbox is "true" or
#' "false". Unlike Shiny's conditionalPanel it needs no condition in JavaScript, which the browser
#' would have to compile.
#'
#' @param hidden TRUE if it is hidden until the browser has looked at the input
shown_if <- function(input, value, ..., hidden = TRUE) {
  tags$div(
    `data-shown-if` = input,
    `data-shown-value` = value,
    hidden = if (hidden) NA,
    ...
  )
}

#' Creates a checkbox next to a heading.
flag <- function(id, label) checkboxInput(id, label, identical(in_link(id), "1"))

#' Converts labels named by value into values named by label, which Shiny expects.
by_text <- function(choices) stats::setNames(as.character(names(choices)), choices)

#' Creates the place of a chart.
#'
#' @param label what it shows, for screen readers
#' @param wide TRUE if it scrolls sideways on a phone, because its labels need the width
chart <- function(id, height = 320, label = "Chart; its rows follow as a table.", wide = FALSE) {
  tags$div(
    role = "img",
    `aria-label` = label,
    class = if (wide) "chart wide" else "chart",
    tabindex = if (wide) "0",
    plotly::plotlyOutput(id, height = paste0(height, "px"))
  )
}

#' Creates a box with a number and its change against the compared period.
#'
#' @param change relative change, or the difference of two shares if `points`
#' @param before what the change compares with; NULL without a comparison
#' @param good direction of a good change, "up" or "down"
box <- function(
  id,
  label,
  value,
  key,
  change = NA,
  before = NULL,
  detail = NULL,
  good = "up",
  points = FALSE
) {
  tags$div(
    class = "box",
    `data-box` = id,
    tags$div(class = "box-label", label, meaning(key)),
    tags$div(class = "box-value", value),
    if (!is.null(before)) {
      tags$div(
        class = paste("box-change", direction_of(change, good)),
        # One of its sides may be 0 or unknown.
        paste(if (points) points_text(change) else change_text(change), before)
      )
    },
    if (!is.null(detail)) tags$div(class = "box-detail", detail)
  )
}

#' Tells whether a change is better, worse, the same or none.
direction_of <- function(change, good) {
  if (is.na(change)) {
    "none"
  } else if (abs(change) < 0.0005) {
    "same"
  } else if ((change > 0) == (good == "up")) {
    "better"
  } else {
    "worse"
  }
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
#' @param href function of the rows that returns links to pages of this application, NA for none
column <- function(
  name,
  label,
  text = NULL,
  numeric = TRUE,
  key = NULL,
  whole = FALSE,
  href = NULL
) {
  list(
    name = name,
    label = label,
    text = text,
    numeric = numeric,
    key = key,
    whole = whole,
    href = href
  )
}

#' Creates a table that sorts by a click on a heading: in the browser, or, if it shows a part of the
#' rows, on the server.
#'
#' @param sort input of the server that a click on a heading sets; NULL to sort in the browser
#' @param sorted list(column, order) by which the rows are sorted
data_table <- function(
  rows,
  columns,
  most = 100,
  empty = "No rows in these days.",
  row_attributes = NULL,
  sort = NULL,
  sorted = NULL,
  total = nrow(rows),
  more = NULL
) {
  if (nrow(rows) == 0) {
    return(empty_state(empty))
  }
  shown <- utils::head(rows, most)
  cells <- lapply(columns, table_cells, shown = shown)
  attributes <- if (is.null(row_attributes)) rep("", nrow(shown)) else row_attributes(shown)
  tagList(
    tags$div(
      class = "table-frame",
      tabindex = "0",
      role = "group",
      `aria-label` = "Table",
      tags$table(
        class = "data",
        tags$thead(tags$tr(lapply(columns, table_heading, sort = sort, sorted = sorted))),
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
    if (total > nrow(shown)) {
      tags$p(
        class = "note table-count",
        sprintf("%s of %s", grouped(nrow(shown)), grouped(total)),
        if (!is.null(more)) {
          tags$button(
            type = "button",
            class = "link more",
            `data-input` = more,
            "Show more"
          )
        }
      )
    }
  )
}

#' Creates the heading of a column.
table_heading <- function(column, sort, sorted) {
  is_sorted <- !is.null(sorted) && identical(sorted$column, column$name)
  tags$th(
    scope = "col",
    class = if (column$numeric) "number",
    `aria-sort` = if (is_sorted) sorted$order,
    tags$button(
      type = "button",
      class = "sort",
      `data-input` = sort,
      `data-column` = if (!is.null(sort)) column$name,
      column$label
    ),
    if (!is.null(column$key)) meaning(column$key)
  )
}

#' Returns the cells of a column as HTML.
table_cells <- function(column, shown) {
  values <- shown[[column$name]]
  text <- if (!is.null(column$text)) {
    column$text(values)
  } else if (is.numeric(values)) {
    count_text(values)
  } else {
    as.character(values)
  }
  cell <- htmltools::htmlEscape(shortened(text, longest_cell))
  if (!is.null(column$href)) {
    href <- column$href(shown)
    link <- sprintf(
      "<a class=\"in-app\" href=\"%s\">%s</a>",
      htmltools::htmlEscape(href, attribute = TRUE),
      cell
    )
    cell <- ifelse(is.na(values) | is.na(href), cell, link)
  }
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
    } else if (!is.null(column$href)) {
      " class=\"name\""
    } else {
      ""
    },
    htmltools::htmlEscape(sort_by, attribute = TRUE),
    cell
  )
}

#' Creates the message that replaces an empty table.
empty_state <- function(text) tags$div(class = "empty-state", text)

#' Shows a message in place of the output if there are no rows.
need_rows <- function(rows, text = nothing_text()) {
  validate(need(NROW(rows) > 0, text))
  rows
}

#' Says that there is nothing, and, if no day of the range is loaded, what is.
nothing_text <- function() {
  domain <- shiny::getDefaultReactiveDomain()
  tell <- if (!is.null(domain)) domain$userData$nothing
  if (is.null(tell)) "Nothing in these days with these filters." else tell()
}

#' Returns reactives of all currencies and of the chosen one, at first the one with the greatest
#' `weight`. Money is shown in one currency at a time.
currency_choice <- function(input, session, rows, weight, name = "currency") {
  all <- reactive(currencies_of(rows(), weight))
  wanted <- reactive(
    if (isTRUE(input[[name]] %in% all())) {
      input[[name]]
    } else if (length(all()) > 0) {
      all()[1]
    } else {
      ""
    }
  )
  # The select gets its choices after the first drawing. What depends on the currency is drawn again
  # only if it is another one.
  kept <- reactiveVal()
  observe(kept(wanted()), priority = 10)
  chosen <- reactive(if (is.null(kept())) wanted() else kept())
  # The other pages wait until they are opened.
  observeEvent(if (is_open(session)) all(), {
    set_default(session, name, if (length(all()) > 0) all()[1])
    updateSelectInput(
      session,
      name,
      choices = stats::setNames(all(), currency_text(all())),
      selected = chosen()
    )
  })
  list(all = all, chosen = chosen)
}

#' Says why revenue is "–" in some rows, and what to send; NULL if it is known in all.
unknown_note <- function(revenue) {
  if (anyNA(revenue)) {
    tags$p(class = "note", "–: no order of the row carries a value.", what_to_send())
  }
}

#' Notes the default of a choice that depends on the rows; the address leaves it out.
set_default <- function(session, name, value) {
  defaults <- session$userData$defaults
  if (!is.null(defaults)) {
    defaults[[session$ns(name)]] <- value
  }
}

#' Returns the attributes of table rows that can be chosen, by click or Enter.
#'
#' @param shows output with what belongs to the row; the page scrolls to it if it cannot be seen
choice_attributes <- function(input, values, current, shows) {
  sprintf(
    " class=\"choice%s\" tabindex=\"0\" data-input=\"%s\" data-shows=\"%s\" data-value=\"%s\"",
    ifelse(values == current, " chosen", ""),
    input,
    shows,
    htmltools::htmlEscape(values, attribute = TRUE)
  )
}

#' Converts the columns of minor units to major ones, for a CSV in one unit.
in_major_units <- function(rows, scale) {
  minor <- endsWith(names(rows), "_minor")
  rows[minor] <- lapply(rows[minor], major_units, scale = scale)
  names(rows)[minor] <- sub("_minor$", "", names(rows)[minor])
  rows
}

#' Tells whether the page of a module is open.
is_open <- function(session) {
  page <- session$rootScope()$input$page
  is.null(page) || identical(page, sub("-$", "", session$ns("")))
}
