acquisition_page <- function() {
  new_page(
    "acquisition",
    "Acquisition",
    c("login", "channel", "category", "brand"),
    acquisition_ui,
    acquisition_server
  )
}

acquisition_ui <- function(id) {
  ns <- NS(id)
  tagList(
    panel(
      "Sessions by channel",
      chart(ns("days"), 320),
      meaning = meaning("channel", "sessions"),
      csv = ns("days_csv")
    ),
    panel(
      "Where sessions come from",
      uiOutput(ns("table")),
      meaning = meaning("channel", "visitors", "new_visitors", "engaged", "conversion"),
      controls = choice(
        ns("group"),
        "By",
        c(channel = "Channel", source = "Source and medium", campaign = "Campaign"),
        "180px"
      ),
      csv = ns("table_csv")
    ),
    panel(
      "Attribution: which channel gets credit for the orders",
      meaning = meaning("attribution", "orders", "revenue"),
      controls = tagList(
        choice(ns("credit"), "Credit", c(orders = "Orders", revenue = "Revenue"), "110px"),
        choice(ns("currency"), "Currency", character(), "100px"),
        checkboxInput(ns("markov"), "with Markov", FALSE)
      ),
      csv = ns("credit_csv"),
      uiOutput(ns("credit_note")),
      chart(ns("credited"), 360),
      uiOutput(ns("credit_table"))
    )
  )
}

acquisition_server <- function(id, context) {
  moduleServer(id, function(input, output, session) {
    filters <- context$filters
    days <- reactive(channel_days(context$ask, filters()))
    rows <- reactive(acquisition(context$ask, filters(), input$group))
    credited <- reactive(attributed(context$ask, filters()))
    by_markov <- reactive(if (isTRUE(input$markov)) attributed_by_markov(context$ask, filters()))
    currencies <- currency_choice(
      input,
      session,
      reactive(credited()[credited()$model == "last", ]),
      "orders"
    )
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

    output$days <- render_chart(function() {
      found <- need_rows(days())
      all_days <- as.character(drawn_days(filters(), found$day))
      totals <- sort(tapply(found$sessions, found$channel, sum), decreasing = TRUE)
      chart <- plotly::plot_ly()
      for (i in seq_along(totals)) {
        own <- found[found$channel == names(totals)[i], ]
        values <- own$sessions[match(all_days, own$day)]
        values[is.na(values)] <- 0
        chart <- plotly::add_bars(
          chart,
          x = all_days,
          y = values,
          name = plot_text(names(totals)[i]),
          marker = list(color = channel_color(names(totals)[i])),
          hovertemplate = "%{x}<br>%{fullData.name}: %{y:,}<extra></extra>"
        )
      }
      styled(
        chart,
        y = "Sessions a day",
        x_axis = day_axis(all_days),
        y_axis = count_axis(),
        barmode = "stack",
        bargap = 0.15
      )
    })
    output$table <- renderUI({
      shown <- need_rows(rows())
      shown$engaged_share <- ratio_of(shown$engaged, shown$sessions)
      shown$rate <- ratio_of(shown$converted, shown$sessions)
      columns <- c(channel = "Channel", campaign = "Campaign", source = "Source", medium = "Medium")
      for (name in intersect(names(columns), names(shown))) {
        shown[[name]] <- ifelse(shown[[name]] == "", "(none)", shown[[name]])
      }
      data_table(
        shown,
        c(
          lapply(acquisition_groups[[input$group]], function(name) {
            column(name, columns[[name]], numeric = FALSE)
          }),
          list(
            column("sessions", "Sessions", key = "sessions"),
            column("visitors", "Visitors", key = "visitors"),
            column("new_visitors", "New visitors", key = "new_visitors"),
            column("engaged_share", "Engaged", percent_text, key = "engaged"),
            column("converted", "Converted", key = "conversion"),
            column(
              "rate",
              "Conversion rate",
              function(share) percent_text(share, 2),
              key = "conversion"
            )
          )
        ),
        most = 50
      )
    })
    output$credit_note <- renderUI({
      unused <- c(
        if (isTRUE(input$markov) && length(unheeded(filters(), "channel")) > 0) {
          "Markov uses all journeys of these days, whatever the filters."
        },
        if (input$credit == "revenue" && length(currencies$all()) > 1) {
          sprintf("Revenue in %s only.", currency_text(currency()))
        },
        "Channel: of the credited session. Other filters: of the session with the order."
      )
      tags$p(class = "note", paste(unused, collapse = " "))
    })
    output$credited <- render_chart(function() {
      wide <- need_rows(credit(), "No orders in these days with these filters.")
      models <- intersect(names(attribution_models), names(wide))
      chart <- plotly::plot_ly()
      for (i in seq_along(models)) {
        chart <- plotly::add_bars(
          chart,
          x = wide$channel,
          y = wide[[models[i]]],
          name = attribution_models[[models[i]]],
          marker = list(color = palette_of_series[i]),
          hovertemplate = "%{x}<br>%{fullData.name}: %{y:,.2f}<extra></extra>"
        )
      }
      styled(
        chart,
        y = if (input$credit == "orders") {
          "Credited orders"
        } else {
          sprintf("Credited revenue, %s", currency())
        },
        x_axis = list(
          type = "category",
          showgrid = FALSE,
          categoryorder = "array",
          categoryarray = wide$channel
        ),
        y_axis = count_axis(tickformat = "~s"),
        barmode = "group",
        bargap = 0.25,
        margin = list(t = 40)
      )
    })
    output$credit_table <- renderUI({
      wide <- need_rows(credit(), "")
      models <- intersect(names(attribution_models), names(wide))
      text <- if (input$credit == "orders") {
        function(value) decimal_text(value, 2)
      } else {
        function(value) decimal_text(value, context$scale())
      }
      data_table(
        wide,
        c(
          list(column("channel", "Channel", numeric = FALSE)),
          lapply(models, function(model) column(model, attribution_models[[model]], text))
        )
      )
    })

    output$days_csv <- csv_of("acquisition-days", days, filters)
    output$table_csv <- csv_of("acquisition", rows, filters)
    output$credit_csv <- csv_of(
      "attribution",
      function() {
        rows <- credited()[c("model", "channel", "currency", "orders", "revenue_minor")]
        found <- by_markov()
        if (!is.null(found)) {
          rows <- rbind(
            rows,
            data.frame(
              model = found$model,
              channel = found$channel,
              currency = rep("", nrow(found)),
              orders = found$orders,
              revenue_minor = rep(NA_real_, nrow(found))
            )
          )
        }
        rows
      },
      filters
    )
  })
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
  "AI Assistant"
)
#' Returns the color of a channel.
channel_color <- function(channel) {
  place <- match(channel, channel_names)
  ifelse(is.na(place), previous_line, palette_of_series[place])
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
    values <- own$value[match(found, own$channel)]
    wide[[model]] <- ifelse(is.na(values), 0, values)
  }
  wide[order(-wide$last, wide$channel), , drop = FALSE]
}
