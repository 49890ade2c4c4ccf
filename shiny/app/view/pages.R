pages_page <- function() {
  new_page(
    "pages",
    "Pages",
    pages_ui,
    pages_server,
    choices = c(currency = ""),
    scope = list(
      categories = "sessions with such a product",
      brands = "sessions with such a product"
    )
  )
}

pages_ui <- function(id) {
  ns <- NS(id)
  panel(
    "Pages by path",
    uiOutput(ns("unknown")),
    table_ui(ns("table"), "pages"),
    note = "A page leads to the sessions that viewed it",
    meaning = meaning("page_views", "entries", "bounce", "page_conversion", "page_revenue"),
    controls = choice(ns("currency"), "Currency", character(), "140px"),
    csv = ns("csv")
  )
}

pages_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    found <- reactive(page_numbers(context$ask, filters()))
    # The page does not wait for the visitors of millions of views.
    visitors <- reactive(page_visitors(context$ask, filters()))
    money <- reactive(page_revenue(context$ask, filters()))
    currency <- currency_choice(input, session, money, "orders")$chosen
    with_visitors <- function(visitors) {
      rows <- with_page_visitors(found(), visitors)
      with_page_revenue(rows, money(), currency(), context$scale())
    }
    # Asks for the visitors first, so that the queries run at the same time.
    rows <- reactive({
      counted <- if_there(visitors)
      with_visitors(counted)
    })
    table_server(input, output, session, "table", rows, function() {
      list(
        column("page_path", "Page", numeric = FALSE, href = function(shown) {
          vapply(
            shown$page_path,
            function(path) context$href("sessions", list(with = paste0("page:", path))),
            ""
          )
        }),
        column("views", "Views", key = "page_views"),
        column("visitors", "Visitors", pending_text, key = "visitors"),
        column("entries", "Entries", key = "entries"),
        column("exits", "Exits", key = "entries"),
        column("bounce_rate", "Bounced", percent_text, key = "bounce"),
        column(
          "rate",
          "Conversion rate",
          function(share) percent_text(share, 2),
          key = "page_conversion"
        ),
        column(
          "revenue",
          amount_heading("Revenue", currency()),
          function(value) decimal_text(value, context$scale()),
          key = "page_revenue"
        )
      )
    })
    output$unknown <- renderUI(unknown_note(rows()$revenue))
    output$csv <- csv_of(
      "pages",
      function() {
        rows <- with_visitors(if_there(visitors) %||% page_visitors(context$ask_now, filters()))
        cbind(rows, currency = rep(currency(), nrow(rows)))
      },
      filters
    )
  })
}

#' Formats counts, or says that they are still computed.
pending_text <- function(counts) ifelse(is.na(counts), "…", count_text(counts))

#' Adds rates and the revenue in one currency. It is NA if no order carries a value.
with_page_revenue <- function(rows, money, currency, scale) {
  rows$bounce_rate <- ratio_of(rows$bounces, rows$entries)
  rows$rate <- ratio_of(rows$converted, rows$sessions)
  own <- money[money$currency == currency, ]
  place <- match(rows$page_path, own$page_path)
  rows$revenue <- ifelse(is.na(place), 0, major_units(own$revenue_minor[place], scale))
  rows
}
