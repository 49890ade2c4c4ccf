products_page <- function() {
  new_page(
    "products",
    "Products",
    products_ui,
    products_server,
    choices = c(dimension = "product", measure = "views", currency = ""),
    scope = list(
      categories = "the products themselves, not their sessions",
      brands = "the products themselves, not their sessions"
    )
  )
}

product_measures <- c(
  views = "Views",
  visitors = "Viewers",
  cart_adds = "Cart adds",
  cart_rate = "Cart rate",
  buy_rate = "Buy-to-view rate",
  wishlist_toggles = "Wish list",
  shares = "Shares",
  orders = "Orders",
  quantity = "Quantity",
  revenue = "Revenue"
)

products_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "The 15 greatest by measure",
      uiOutput(ns("unit")),
      chart(ns("top"), 620, "Chart of the 15 greatest"),
      meaning = meaning("views", "viewers", "cart_rate", "buy_rate", "wish_list", "bought"),
      controls = tagList(
        choice(ns("dimension"), "By", dimensions, "130px"),
        choice(ns("measure"), "Measure", product_measures, "130px"),
        choice(ns("currency"), "Currency", character(), "140px")
      ),
      csv = ns("top_csv"),
      rows = ns("top_rows")
    ),
    panel(
      "Engagement, orders and revenue",
      uiOutput(ns("unknown")),
      table_ui(ns("table"), "products"),
      note = "A product leads to the sessions with it",
      meaning = meaning("views", "viewers", "cart_rate", "buy_rate", "bought", "line_revenue"),
      csv = ns("csv")
    )
  )
}

products_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    engaged <- reactive(engagement(context$ask, filters(), req(input$dimension)))
    money <- reactive(line_revenue(context$ask, filters(), req(input$dimension)))
    sold <- reactive(orders_with_lines(context$ask, filters()))
    currencies <- currency_choice(input, session, money, "orders")
    currency <- currencies$chosen
    rows <- reactive(product_rows(
      engaged(),
      money(),
      currency(),
      input$dimension,
      context$scale(),
      is_unknown = sold()$orders > 0 && sold()$with_lines == 0
    ))

    output$unit <- renderUI(
      if (length(currencies$all()) > 1) {
        tags$p(
          class = "note",
          sprintf(
            "Revenue in %s only; the orders of these days have %d currencies.",
            currency_text(currency()),
            length(currencies$all())
          )
        )
      }
    )
    top <- reactive(top_products(rows(), input$measure))
    output$top <- render_chart(function() {
      product_chart(need_rows(top()), input$measure, currency(), enough_views(rows()))
    })
    table_server(input, output, session, "table", rows, function() {
      product_columns(input$dimension, currency(), context)
    })
    output$unknown <- renderUI(
      if (sold()$with_lines < sold()$orders) {
        lines_note(sold())
      } else {
        unknown_note(rows()$revenue)
      }
    )
    with_currency <- function(rows) {
      kept <- c("value", "label", product_counts, "revenue")
      cbind(rows[kept], currency = rep(currency(), nrow(rows)), stringsAsFactors = FALSE)
    }
    output$top_csv <- csv_of("products-top", function() with_currency(top()), filters)
    output$top_rows <- rows_table(function() {
      top()[c("name", intersect(names(product_measures), names(top())))]
    })
    output$csv <- csv_of("products", function() with_currency(rows()), filters)
  })
}

product_counts <- c(
  "views",
  "visitors",
  "view_sessions",
  "cart_adds",
  "cart_removes",
  "cart_sessions",
  "wishlist_toggles",
  "shares",
  "orders",
  "quantity"
)

#' Says how many orders tell what was bought, and what to send.
lines_note <- function(sold) {
  tags$p(
    class = "note",
    sprintf(
      "%s of %s of these days have items; the others count for no product.",
      count_text(sold$with_lines),
      count_of(sold$orders, "order")
    ),
    what_to_send()
  )
}

#' Adds names, rates and the revenue in one currency. Revenue is NA if no line has a price.
#'
#' @param is_unknown TRUE if no order tells what was bought: then no product has 0 orders
product_rows <- function(engaged, money, currency, dimension, scale, is_unknown = FALSE) {
  own <- money[money$currency == currency, ]
  place <- match(engaged$value, own$value)
  engaged$revenue <- ifelse(is.na(place), 0, major_units(own$revenue_minor[place], scale))
  if (is_unknown) {
    engaged[c("orders", "quantity", "revenue")] <- NA_real_
  }
  engaged$cart_rate <- ratio_of(engaged$cart_sessions, engaged$view_sessions)
  engaged$buy_rate <- ratio_of(engaged$orders, engaged$view_sessions)
  engaged$name <- ifelse(
    engaged$label != "" & dimension == "product",
    engaged$label,
    ifelse(engaged$value == "", "(not sent)", engaged$value)
  )
  engaged
}

product_rates <- c("cart_rate", "buy_rate")

#' Returns the 15 rows with the greatest values.
top_products <- function(rows, measure) {
  by <- rows[[measure]]
  # A rate over few sessions is not meaningful.
  worth <- !is.na(by) &
    by > 0 &
    (!(measure %in% product_rates) | rows$view_sessions >= enough_views(rows))
  utils::head(rows[worth, ][order(-by[worth], rows$name[worth]), ], 15)
}

#' Returns the number of sessions with a view from which a rate is shown.
enough_views <- function(rows) min(20, max(rows$view_sessions, 0))

#' Draws the greatest values of a measure.
product_chart <- function(top, measure, currency, enough) {
  is_rate <- measure %in% product_rates
  bar_chart(
    top$name,
    top[[measure]],
    x = if (measure == "revenue") {
      amount_heading("Revenue", currency)
    } else if (is_rate) {
      sprintf("%s (%s or more sessions with a view)", product_measures[[measure]], enough)
    } else {
      product_measures[[measure]]
    },
    hover = if (is_rate) "%{x:.1%}" else "%{x:,}",
    x_axis = if (is_rate) {
      share_axis()
    } else if (measure == "revenue") {
      money_axis()
    } else {
      count_axis()
    }
  )
}

#' Returns the columns of the table of products.
product_columns <- function(dimension, currency, context) {
  label <- c(product = "Product", category = "Category", brand = "Brand")[[dimension]]
  to_sessions <- function(shown) {
    vapply(
      shown$value,
      function(value) {
        if (dimension == "product") {
          context$href("sessions", list(with = paste0("product:", value)))
        } else {
          change <- stats::setNames(
            list(value),
            c(category = "categories", brand = "brands")[[dimension]]
          )
          context$href("sessions", change = change)
        }
      },
      ""
    )
  }
  short_id <- function(text) shortened(text, 20)
  c(
    if (dimension == "product") {
      list(column("value", "Id", short_id, numeric = FALSE, whole = TRUE))
    },
    list(
      column("name", label, numeric = FALSE, href = to_sessions),
      column("views", "Views", key = "views"),
      column("visitors", "Viewers", key = "viewers"),
      column("cart_adds", "Cart adds", key = "cart_events"),
      column("cart_removes", "Removes", key = "cart_events"),
      column("cart_rate", "Cart rate", percent_text, key = "cart_rate"),
      column("wishlist_toggles", "Wish list", key = "wish_list"),
      column("shares", "Shares", key = "wish_list"),
      column("orders", "Orders", key = "bought"),
      column("buy_rate", "Buy-to-view", percent_text, key = "buy_rate"),
      column("quantity", "Quantity", key = "bought"),
      column(
        "revenue",
        amount_heading("Revenue", currency),
        function(value) decimal_text(value, context$scale()),
        key = "line_revenue"
      )
    )
  )
}
