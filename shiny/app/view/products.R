products_page <- function() {
  new_page(
    "products",
    "Products",
    c("login", "channel", "category", "brand"),
    products_ui,
    products_server
  )
}

product_measures <- c(
  views = "Views",
  visitors = "Viewers",
  cart_adds = "Cart adds",
  cart_rate = "Cart rate",
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
      "Top 15",
      uiOutput(ns("unit")),
      chart(ns("top"), 420),
      meaning = meaning("views", "viewers", "cart_rate", "wish_list", "bought", "line_revenue"),
      controls = tagList(
        choice(ns("dimension"), "By", dimensions, "130px"),
        choice(ns("measure"), "Measure", product_measures, "130px"),
        choice(ns("currency"), "Currency", character(), "100px")
      ),
      csv = ns("top_csv")
    ),
    panel(
      "All",
      uiOutput(ns("table")),
      meaning = meaning("views", "viewers", "cart_rate", "wish_list", "bought", "line_revenue"),
      csv = ns("csv")
    )
  )
}

products_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    engaged <- reactive(engagement(context$ask, filters(), req(input$dimension)))
    money <- reactive(line_revenue(context$ask, filters(), req(input$dimension)))
    currencies <- currency_choice(input, session, money, "orders")
    currency <- currencies$chosen
    rows <- reactive({
      shown <- engaged()
      own <- money()[money()$currency == currency(), ]
      shown$revenue_minor <- own$revenue_minor[match(shown$value, own$value)]
      shown$revenue_minor[is.na(shown$revenue_minor)] <- 0
      shown$revenue <- major_units(shown$revenue_minor, context$scale())
      shown$cart_rate <- ratio_of(shown$cart_sessions, shown$view_sessions)
      shown$name <- ifelse(
        shown$label != "" & input$dimension == "product",
        shown$label,
        ifelse(shown$value == "", "(not sent)", shown$value)
      )
      shown
    })

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
    top <- reactive({
      all <- rows()
      by <- all[[input$measure]]
      # A rate over few sessions is not meaningful.
      worth <- !is.na(by) &
        by > 0 &
        (input$measure != "cart_rate" | all$view_sessions >= enough_views(all))
      utils::head(all[worth, ][order(-by[worth], all$name[worth]), ], 15)
    })
    output$top <- render_chart(function() {
      top <- need_rows(top())
      is_rate <- input$measure == "cart_rate"
      bar_chart(
        top$name,
        top[[input$measure]],
        x = if (input$measure == "revenue") {
          sprintf("Revenue, %s", currency())
        } else if (is_rate) {
          sprintf("Cart rate (%s or more sessions with a view)", enough_views(rows()))
        } else {
          product_measures[[input$measure]]
        },
        hover = if (is_rate) "%{x:.1%}" else "%{x:,}",
        x_axis = if (is_rate) {
          share_axis()
        } else if (input$measure == "revenue") {
          count_axis(tickformat = "~s")
        } else {
          count_axis()
        }
      )
    })
    output$table <- renderUI({
      scale <- context$scale()
      data_table(
        need_rows(rows()),
        c(
          if (input$dimension == "product") {
            list(column(
              "value",
              "Id",
              function(text) shortened(text, 20),
              numeric = FALSE,
              whole = TRUE
            ))
          },
          list(
            column(
              "name",
              c(product = "Product", category = "Category", brand = "Brand")[[input$dimension]],
              numeric = FALSE
            ),
            column("views", "Views", key = "views"),
            column("visitors", "Viewers", key = "viewers"),
            column("cart_adds", "Cart adds", key = "cart_events"),
            column("cart_removes", "Removes", key = "cart_events"),
            column("cart_rate", "Cart rate", percent_text, key = "cart_rate"),
            column("wishlist_toggles", "Wish list", key = "wish_list"),
            column("shares", "Shares", key = "wish_list"),
            column("orders", "Orders", key = "bought"),
            column("quantity", "Quantity", key = "bought"),
            column(
              "revenue_minor",
              "Revenue",
              function(minor) money_text(minor, currency(), scale),
              key = "line_revenue"
            )
          )
        )
      )
    })
    with_currency <- function(rows) {
      kept <- c(
        "value",
        "label",
        "views",
        "visitors",
        "view_sessions",
        "cart_adds",
        "cart_removes",
        "cart_sessions",
        "wishlist_toggles",
        "shares",
        "orders",
        "quantity",
        "revenue_minor"
      )
      cbind(rows[kept], currency = rep(currency(), nrow(rows)), stringsAsFactors = FALSE)
    }
    output$top_csv <- csv_of("products-top", function() with_currency(top()), filters)
    output$csv <- csv_of("products", function() with_currency(rows()), filters)
  })
}

#' Returns the number of sessions with a view from which a cart rate is shown.
enough_views <- function(rows) min(20, max(rows$view_sessions, 0))
