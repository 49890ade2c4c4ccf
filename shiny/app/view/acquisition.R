acquisition_group_names <- c(
  channel = "Channel",
  source = "Source and medium",
  campaign = "Campaign",
  landing = "Landing page",
  device = "Device",
  kind = "New or returning"
)

acquisition_page <- function() {
  new_page(
    "acquisition",
    "Acquisition",
    acquisition_ui,
    acquisition_server,
    choices = c(group = "channel", credit = "orders", currency = "", money = ""),
    flags = "markov",
    scope = c(
      every_filter("of the session; in attribution of the session with the order, not in Markov"),
      list()
    )
  )
}

acquisition_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Sessions by channel",
      chart(ns("days"), 320, "Chart of sessions per day by channel", wide = TRUE),
      meaning = meaning("channel", "sessions"),
      csv = ns("days_csv"),
      rows = ns("days_rows")
    ),
    panel(
      "Where sessions and orders come from",
      uiOutput(ns("unknown")),
      table_ui(ns("table"), "origins"),
      note = "Orders and revenue are those of the sessions. A row leads to its sessions.",
      meaning = meaning("channel", "visitors", "engaged", "conversion", "average_order"),
      controls = tagList(
        choice(ns("group"), "By", acquisition_group_names, "180px"),
        choice(ns("money"), "Currency", character(), "140px")
      ),
      csv = ns("table_csv")
    ),
    panel(
      "Attribution: which channel gets credit for the orders",
      meaning = meaning("attribution", "orders", "revenue"),
      controls = tagList(
        choice(ns("credit"), "Credit", c(orders = "Orders", revenue = "Revenue"), "110px"),
        choice(ns("currency"), "Currency", character(), "140px"),
        flag(ns("markov"), "with Markov")
      ),
      csv = ns("credit_csv"),
      uiOutput(ns("credit_note")),
      chart(
        ns("credited"),
        360,
        "Chart of credit by channel; the table below has its numbers",
        wide = TRUE
      ),
      uiOutput(ns("credit_table"))
    )
  )
}

acquisition_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    days <- reactive(channel_days(context$ask, filters()))
    found <- reactive(acquisition(context$ask, filters(), req(input$group)))
    orders <- reactive(acquired_orders(context$ask, filters(), req(input$group)))
    money <- currency_choice(input, session, orders, "orders", "money")$chosen
    rows <- reactive(origin_rows(found(), orders(), input$group, money(), context$scale()))

    output$days <- render_chart(function() channel_chart(need_rows(days()), filters()))
    table_server(input, output, session, "table", rows, function() {
      origin_table_columns(input$group, money(), context)
    })
    output$unknown <- renderUI(unknown_note(rows()$revenue))
    output$days_csv <- csv_of("acquisition-days", days, filters)
    output$days_rows <- rows_table(days)
    output$table_csv <- csv_of(
      "acquisition",
      function() cbind(rows(), currency = rep(money(), nrow(rows())), stringsAsFactors = FALSE),
      filters
    )
    attribution_server(input, output, session, context)
  })
}

#' Shows the panel of attribution.
attribution_server <- function(input, output, session, context) {
  filters <- context$filters
  credited <- reactive(attributed(context$ask, filters()))
  by_markov <- reactive(if (isTRUE(input$markov)) attributed_by_markov(context$ask, filters()))
  of_last_touch <- reactive(credited()[credited()$model == "last", ])
  currencies <- currency_choice(input, session, of_last_touch, "orders")
  currency <- currencies$chosen
  # One row per channel, one column per model.
  credit <- reactive(credit_by_channel(
    credited(),
    by_markov(),
    input$credit,
    currency(),
    context$scale(),
    filters()$channels
  ))
  output$credit_note <- renderUI({
    by_revenue <- input$credit == "revenue" && length(currencies$all()) > 1
    unused <- c(
      if (isTRUE(input$markov) && length(scope_notes(filters(), list())) > 0) {
        "Markov uses all journeys of these days, whatever the filters."
      },
      if (by_revenue) sprintf("Revenue in %s only.", currency_text(currency())),
      "Channel: of the credited session. Other filters: of the session with the order."
    )
    tags$p(class = "note", paste(unused, collapse = " "))
  })
  output$credited <- render_chart(function() {
    wide <- need_rows(credit(), "No orders in these days with these filters.")
    credit_chart(wide, input$credit, currency())
  })
  output$credit_table <- renderUI(
    credit_table(need_rows(credit(), ""), if (input$credit == "orders") 1 else context$scale())
  )
  output$credit_csv <- csv_of(
    "attribution",
    function() credit_rows(credited(), by_markov(), context$scale()),
    filters
  )
}

#' Draws the credit of each channel by each model.
credit_chart <- function(wide, credit, currency) {
  models <- intersect(names(attribution_models), names(wide))
  chart <- plotly::plot_ly()
  for (i in seq_along(models)) {
    chart <- plotly::add_bars(
      chart,
      x = wide$channel,
      y = wide[[models[i]]],
      name = attribution_models[[models[i]]],
      marker = list(color = palette_of_series[i]),
      hovertemplate = "%{x}<br>%{fullData.name}: %{y:,.1f}<extra></extra>"
    )
  }
  styled(
    chart,
    y = if (credit == "orders") {
      "Credited orders"
    } else {
      amount_heading("Credited revenue", currency)
    },
    x_axis = list(
      type = "category",
      showgrid = FALSE,
      categoryorder = "array",
      categoryarray = wide$channel
    ),
    y_axis = if (credit == "orders") count_axis() else money_axis(),
    barmode = "group",
    bargap = 0.25,
    margin = list(t = 40)
  )
}

#' Creates the table of the credit of each channel by each model.
credit_table <- function(wide, digits) {
  models <- intersect(names(attribution_models), names(wide))
  text <- function(value) decimal_text(value, digits)
  data_table(
    wide,
    c(
      list(column("channel", "Channel", numeric = FALSE)),
      lapply(models, function(model) column(model, attribution_models[[model]], text))
    )
  )
}

#' Adds orders, revenue and rates to the rows of acquisition().
origin_rows <- function(found, orders, group, currency, scale) {
  rows <- with_orders(found, orders, group, currency)
  for (name in c("revenue", "average_order", "revenue_per_session")) {
    minor <- rows[[if (name == "revenue") "revenue_minor" else name]]
    rows[[name]] <- major_units(minor, scale)
  }
  rows$revenue_minor <- NULL
  rows$engaged_share <- ratio_of(rows$engaged, rows$sessions)
  rows$rate <- ratio_of(rows$converted, rows$sessions)
  rows
}

#' Returns the columns of the table of origins.
origin_table_columns <- function(group, currency, context) {
  labels <- c(
    channel = "Channel",
    campaign = "Campaign",
    source = "Source",
    medium = "Medium",
    landing_page = "Landing page",
    device = "Device",
    kind = "Visitors"
  )
  columns <- acquisition_groups[[group]]
  or_none <- function(text) ifelse(text == "", "(none)", text)
  to_sessions <- function(shown) {
    vapply(seq_len(nrow(shown)), function(i) origin_href(shown[i, ], group, context), "")
  }
  amount <- function(name, label) {
    column(
      name,
      amount_heading(label, currency),
      function(value) decimal_text(value, context$scale()),
      key = "average_order"
    )
  }
  c(
    lapply(columns, function(name) {
      column(
        name,
        labels[[name]],
        or_none,
        numeric = FALSE,
        href = if (name == columns[1]) to_sessions
      )
    }),
    list(
      column("sessions", "Sessions", key = "sessions"),
      column("visitors", "Visitors", key = "visitors"),
      column("new_visitors", "New visitors", key = "new_visitors"),
      column("engaged_share", "Engaged", percent_text, key = "engaged"),
      column("rate", "Conversion", function(share) percent_text(share, 2), key = "conversion"),
      column("orders", "Orders", key = "orders"),
      amount("revenue", "Revenue"),
      amount("average_order", "Average order"),
      amount("revenue_per_session", "Per session")
    )
  )
}

#' Returns the link to the sessions of an origin. Filters cannot choose sessions without one: NA.
origin_href <- function(row, group, context) {
  if (!nzchar(row[[acquisition_groups[[group]][1]]])) {
    return(NA_character_)
  }
  if (group == "landing") {
    return(context$href("sessions", list(with = paste0("landing:", row$landing_page))))
  }
  change <- switch(
    group,
    channel = list(channels = row$channel),
    device = list(devices = row$device),
    kind = list(visitors = row$kind),
    source = list(channels = row$channel, sources = row$source),
    campaign = list(campaigns = row$campaign, sources = row$source)
  )
  context$href("sessions", change = Filter(nzchar, change))
}

#' Draws sessions per day, stacked by channel.
channel_chart <- function(found, filters) {
  all_days <- format(drawn_days(filters))
  totals <- sort(tapply(found$sessions, found$channel, sum), decreasing = TRUE)
  chart <- plotly::plot_ly()
  for (i in seq_along(totals)) {
    own <- found[found$channel == names(totals)[i], ]
    values <- own$sessions[match(all_days, own$day)]
    values[is.na(values)] <- 0
    chart <- plotly::add_bars(
      chart,
      x = all_days,
      y = only_loaded(values, all_days, filters),
      name = plot_text(names(totals)[i]),
      marker = list(color = channel_color(names(totals)[i])),
      hovertemplate = "%{x}<br>%{fullData.name}: %{y:,}<extra></extra>"
    )
  }
  styled(
    chart,
    y = "Sessions per day",
    x_axis = day_axis(all_days),
    y_axis = count_axis(),
    barmode = "stack",
    bargap = 0.15
  )
}

#' Returns the rows of the CSV of attribution, with revenue in the major unit.
credit_rows <- function(credited, by_markov, scale) {
  rows <- credited[c("model", "channel", "currency", "orders")]
  rows$revenue <- major_units(credited$revenue_minor, scale)
  if (is.null(by_markov)) {
    return(rows)
  }
  rbind(
    rows,
    data.frame(
      model = by_markov$model,
      channel = by_markov$channel,
      currency = rep("", nrow(by_markov)),
      orders = by_markov$orders,
      revenue = rep(NA_real_, nrow(by_markov))
    )
  )
}

# A channel has the same color on every page and in every range.
channel_names <- c(
  "Direct",
  "Organic Search",
  "Paid Search",
  "Organic Social",
  "Paid Social",
  "Email",
  "Referral",
  "Organic Video",
  "Paid Video",
  "Display",
  "Organic Shopping",
  "Paid Shopping",
  "AI Assistant",
  "Affiliates",
  "Cross-network",
  "Paid Other",
  "SMS",
  "Mobile Push Notifications",
  "Audio"
)

#' Returns the color of a channel. Unassigned, and a channel of own rules, is gray.
channel_color <- function(channel) {
  place <- match(channel, channel_names)
  ifelse(is.na(place), previous_line, c(palette_of_series, palette_of_others)[place])
}

#' Returns one row per channel and one column per attribution model.
credit_by_channel <- function(credited, by_markov, what, currency, scale, channels) {
  if (nrow(credited) == 0) {
    return(data.frame())
  }
  rows <- if (what == "orders") {
    stats::aggregate(list(value = credited$orders), credited[c("model", "channel")], sum)
  } else {
    own <- credited[credited$currency == currency, ]
    data.frame(
      model = own$model,
      channel = own$channel,
      value = major_units(own$revenue_minor, scale),
      stringsAsFactors = FALSE
    )
  }
  if (!is.null(by_markov) && what == "orders") {
    rows <- rbind(
      rows,
      data.frame(
        model = by_markov$model,
        channel = by_markov$channel,
        value = by_markov$orders,
        stringsAsFactors = FALSE
      )
    )
  }
  if (length(channels) > 0) {
    rows <- rows[rows$channel %in% channels, ]
  }
  if (nrow(rows) == 0) {
    return(data.frame())
  }
  found <- unique(rows$channel)
  wide <- data.frame(channel = found, stringsAsFactors = FALSE)
  for (model in intersect(names(attribution_models), unique(rows$model))) {
    own <- rows[rows$model == model, ]
    place <- match(found, own$channel)
    # A channel without credit has 0; credit for orders without a value is unknown.
    wide[[model]] <- ifelse(is.na(place), 0, own$value[place])
  }
  wide[order(-wide$last, wide$channel), , drop = FALSE]
}
