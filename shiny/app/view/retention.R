retention_page <- function() {
  new_page(
    "retention",
    "Retention",
    retention_ui,
    retention_server,
    choices = c(currency = ""),
    scope = every_filter("of the visitor's first session; not used for customers")
  )
}

retention_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Weekly cohorts",
      uiOutput(ns("returned")),
      chart(
        ns("cohorts"),
        460,
        "Heat map of the share of each cohort that returned, by week",
        wide = TRUE
      ),
      meaning = meaning("retention", "new_visitors"),
      note = sprintf(
        "%d weeks up to the last day of the range. Filters apply to a visitor's first session.",
        most_cohorts
      ),
      csv = ns("cohorts_csv"),
      uiOutput(ns("cohorts_note")),
      rows = ns("cohorts_rows")
    ),
    panel(
      "All cohorts together",
      chart(ns("curve"), 300, "Chart of the share that returned, by week"),
      meaning = meaning("retention"),
      note = "Share that returned in week n, of all cohorts whose week n is over",
      csv = ns("curve_csv"),
      rows = ns("curve_rows")
    ),
    panel(
      "Customers by recency and frequency",
      uiOutput(ns("customers_note")),
      chart(ns("customers"), 340, "Heat map of customers by recency and frequency score"),
      meaning = meaning("rfm"),
      controls = choice(ns("currency"), "Currency", character(), "140px"),
      csv = ns("segments_csv"),
      rows = ns("segments_rows")
    ),
    panel(
      "Customers",
      table_ui(ns("people"), "customers"),
      meaning = meaning("rfm", "orders", "revenue"),
      note = "All days and orders; a customer leads to the sessions",
      csv = ns("customers_csv")
    )
  )
}

retention_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    cohorts <- reactive(retention(context$ask, filters()))
    curve <- reactive(retention_curve(cohorts()))

    output$cohorts <- render_chart(function() {
      cohort_chart(need_rows(cohorts()), context$state()$first_day)
    })
    output$returned <- renderUI(returned_note(cohorts(), context$state()$first_day))
    output$cohorts_note <- renderUI({
      note <- cohort_note(cohorts(), context$state()$first_day)
      if (!is.null(note)) tags$p(class = "note", note)
    })
    output$curve <- render_chart(function() curve_chart(curve()[curve()$week_number > 0, ]))

    output$cohorts_csv <- csv_of("retention", cohorts, filters)
    output$cohorts_rows <- rows_table(cohorts)
    output$curve_csv <- csv_of("retention-curve", curve, filters)
    output$curve_rows <- rows_table(curve)
    customers_server(input, output, session, context)
  })
}

#' Shows the panels of customers, which are about all days and orders.
customers_server <- function(input, output, session, context) {
  segments <- reactive({
    context$state()
    in_major_units(customer_segments(context$ask), context$scale())
  })
  currency <- currency_choice(input, session, segments, "customers")$chosen
  people <- reactive({
    context$state()
    in_major_units(customer_rows(context$ask), context$scale())
  })
  output$customers_note <- renderUI(tags$p(
    class = "note",
    sprintf(
      "%s with orders %s, all days. Equal customers have equal scores.",
      count_of(sum(segments()$customers[segments()$currency == currency()]), "customer"),
      if (currency() == "") "without a currency" else paste("in", currency())
    )
  ))
  output$customers <- render_chart(function() {
    rows <- segments()
    segment_chart(need_rows(rows[rows$currency == currency(), ], "No orders yet."))
  })
  table_server(
    input,
    output,
    session,
    "people",
    reactive(people()[people()$currency == currency(), ]),
    function() customer_columns(currency(), context),
    "No orders yet."
  )
  output$segments_csv <- csv_of("customer-segments", segments, context$filters)
  output$segments_rows <- rows_table(segments)
  output$customers_csv <- csv_of("customers", people, context$filters)
}

#' Says which share of the visitors returned in week 1, and of which cohorts; NULL if no cohort's
#' week 1 is over.
returned_note <- function(cohorts, first_day) {
  over <- cohorts[cohorts$week_number == 1 & !is.na(cohorts$visitors), ]
  if (nrow(over) == 0) {
    return(NULL)
  }
  weeks <- range(over$cohort_week)
  tags$p(
    sprintf(
      "%s of the visitors returned in the week after their first.",
      percent_text(sum(over$visitors) / sum(over$cohort_visitors))
    ),
    tags$span(
      class = "note",
      sprintf(
        "%s whose week 1 is over, from %s%s%s.",
        count_of(nrow(over), "cohort"),
        day_text(weeks[1]),
        if (weeks[1] < weeks[2]) paste(" to", day_text(weeks[2])) else "",
        if (weeks[1] < first_day) ". The first was loaded in part" else ""
      )
    )
  )
}

#' Draws the share that returned, by week.
curve_chart <- function(rows) {
  need_rows(rows, "No week after a cohort's first week is over yet.")
  line_chart(
    sprintf("Week %d", rows$week_number),
    list(list(name = "Returned", values = rows$share)),
    y = "Share of visitors",
    x_axis = list(type = "category", showgrid = FALSE),
    y_axis = share_axis(),
    hover = "%{y:.1%}"
  )
}

#' Draws the number of customers by recency and frequency score.
segment_chart <- function(rows) {
  counts <- matrix(0, 5, 5)
  counts[cbind(rows$frequency, rows$recency)] <- rows$customers
  heat_chart(
    counts[5:1, ],
    1:5,
    5:1,
    "Recency score (5: most recent)",
    "Frequency score (5: most often)",
    text = counts[5:1, ],
    hover = "Recency %{x}, frequency %{y}<br>%{z:,} customers<extra></extra>",
    bar_title = "Customers"
  )
}

#' Returns the columns of the table of customers.
customer_columns <- function(currency, context) {
  to_sessions <- function(shown) {
    vapply(
      sub("^u:", "", shown$customer),
      function(text) context$href("sessions", list(find = text)),
      ""
    )
  }
  amount <- function(value) decimal_text(value, context$scale())
  list(
    column("customer", "Customer", numeric = FALSE, href = to_sessions),
    column("recency_days", "Days since the last order"),
    column("orders", "Orders"),
    column("revenue", amount_heading("Revenue", currency), amount),
    column("recency_score", "Recency"),
    column("frequency_score", "Frequency"),
    column("monetary_score", "Monetary")
  )
}

#' Returns the share that returned in each week, over all cohorts whose week is over.
retention_curve <- function(cohorts) {
  over <- cohorts[!is.na(cohorts$visitors) | cohorts$week_number == 0, ]
  over$visitors[over$week_number == 0] <- over$cohort_visitors[over$week_number == 0]
  weeks <- sort(unique(over$week_number))
  sums <- function(column) {
    vapply(weeks, function(week) sum(over[[column]][over$week_number == week]), 0)
  }
  rows <- data.frame(
    week_number = weeks,
    cohort_visitors = sums("cohort_visitors"),
    visitors = sums("visitors")
  )
  rows$share <- ratio_of(rows$visitors, rows$cohort_visitors)
  rows
}

#' Draws weekly cohorts as a heat map, from week 1 on: week 0 is always 100%.
#'
#' @param first_day first loaded day: a cohort of a week that began before it is marked
cohort_chart <- function(rows, first_day) {
  weeks <- sort(unique(rows$cohort_week))
  size <- rows$cohort_visitors[match(weeks, rows$cohort_week)]
  rows <- rows[rows$week_number > 0, ]
  need_rows(rows, "No week after a cohort's first week is over yet.")
  numbers <- seq_len(max(rows$week_number))
  shares <- matrix(NA_real_, length(weeks), length(numbers))
  shares[cbind(match(rows$cohort_week, weeks), rows$week_number)] <- rows$share
  text <- matrix("", nrow(shares), ncol(shares))
  text[!is.na(shares)] <- percent_text(shares[!is.na(shares)])
  labels <- sprintf(
    "%s  (%s)%s",
    sub("^... ", "", day_text(weeks)),
    count_text(size),
    ifelse(weeks < first_day, " *", "")
  )
  chart <- heat_chart(
    shares,
    paste("Week", numbers),
    labels,
    "Weeks after the first",
    "First week from (visitors)",
    text = text,
    hover = "%{y}<br>%{x}: %{text}<extra></extra>",
    zmax = max(c(shares, 0.05), na.rm = TRUE),
    bar_title = "Returned",
    tickformat = ".0%"
  )
  plotly::layout(chart, xaxis = list(side = "top"))
}

#' Says what the mark of a cohort means, if one has it.
cohort_note <- function(rows, first_day) {
  if (any(rows$cohort_week < first_day)) {
    sprintf("* The week began before the first loaded day, %s.", day_text(first_day))
  }
}
