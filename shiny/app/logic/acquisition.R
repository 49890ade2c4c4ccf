# Traffic sources of sessions, and attribution of orders to them.

attribution_models <- c(
  first = "First touch",
  last = "Last non-direct touch",
  linear = "Linear",
  position = "Position 40/20/40",
  time_decay = "Time decay",
  markov = "Markov"
)

acquisition_groups <- list(
  channel = c("channel"),
  source = c("channel", "source", "medium"),
  campaign = c("campaign", "source", "medium"),
  landing = c("landing_page"),
  device = c("device"),
  kind = c("kind")
)

# SQL of each column to group by.
origin_columns <- c(
  channel = "visit.channel",
  source = "visit.source",
  medium = "visit.medium",
  campaign = "coalesce(visit.campaign, '')",
  landing_page = "coalesce(visit.landing_page_path, '')",
  device = "coalesce(visit.device_category, '')",
  kind = "CASE WHEN visit.is_new_visitor THEN 'new' ELSE 'returning' END"
)

#' Returns one row per channel (source, campaign, landing page, device, new or returning). A
#' visitor counts once over the range.
acquisition <- function(query, filters, group) {
  columns <- acquisition_groups[[group]]
  named <- paste(columns, collapse = ", ")
  query(
    sprintf(
      "
    SELECT %1$s, sum(sessions) AS sessions, count(*) AS visitors,
      sum(new_visitors) AS new_visitors, sum(engaged) AS engaged, sum(converted) AS converted
    FROM (
      SELECT %2$s, count(*) AS sessions,
        count(*) FILTER (WHERE visit.is_new_visitor) AS new_visitors,
        count(*) FILTER (WHERE visit.is_engaged) AS engaged,
        count(*) FILTER (WHERE visit.is_converted) AS converted
      FROM session_acquisition visit
      WHERE %3$s
      GROUP BY %4$s, visit.visitor_id) visitor
    GROUP BY %1$s ORDER BY sessions DESC, %1$s",
      named,
      paste(origin_columns[columns], "AS", columns, collapse = ", "),
      chosen_visits(filters),
      paste(origin_columns[columns], collapse = ", ")
    ),
    filter_values(filters)
  )
}

#' Returns orders and revenue by the session of the order: one row per channel (source, campaign,
#' landing page, device) and currency.
acquired_orders <- function(query, filters, group) {
  columns <- acquisition_groups[[group]]
  query(
    sprintf(
      "
    SELECT %s, coalesce(placed.currency, '') AS currency, count(*) AS orders,
      count(placed.revenue_minor) AS orders_with_revenue,
      sum(placed.revenue_minor) AS revenue_minor
    FROM clickstream_orders placed JOIN session_acquisition visit USING (session_key)
    WHERE %s
    GROUP BY %s, coalesce(placed.currency, '')",
      paste(origin_columns[columns], "AS", columns, collapse = ", "),
      chosen_rows(filters, "placed", "order_date"),
      paste(origin_columns[columns], collapse = ", ")
    ),
    filter_values(filters)
  )
}

#' Adds orders (of all currencies) and the revenue in one currency to the rows of acquisition().
#'
#' Revenue is NA if orders in the currency have no value; 0 without such an order.
with_orders <- function(rows, orders, group, currency) {
  columns <- acquisition_groups[[group]]
  key <- function(of) do.call(paste, c(lapply(columns, function(name) of[[name]]), sep = "\r"))
  place <- factor(key(orders), key(rows))
  per <- function(values, place) {
    sums <- as.vector(tapply(values, place, known_sum))
    ifelse(is.na(sums) & !(levels(place) %in% place), 0, sums)
  }
  own <- orders$currency == currency
  rows$orders <- per(orders$orders, place)
  rows$orders_with_revenue <- per(orders$orders_with_revenue[own], place[own])
  rows$revenue_minor <- per(orders$revenue_minor[own], place[own])
  rows$average_order <- ratio_of(rows$revenue_minor, rows$orders_with_revenue)
  rows$revenue_per_session <- ratio_of(rows$revenue_minor, rows$sessions)
  rows
}

#' Tells whether acquisition_daily can answer: it has the channel, but none of the other filters.
days_and_channels_only <- function(filters) {
  filters$login == "all" && !chooses_products(filters) && !chooses_visits(filters)
}

#' Returns the conditions on acquisition_daily.
of_days_and_channels <- function(filters) {
  session_conditions(filters, "came", "day", channel = "came.channel")
}

#' Returns sessions per day and channel.
channel_days <- function(query, filters) {
  if (days_and_channels_only(filters)) {
    return(query(
      sprintf(
        "
      SELECT came.day::text AS day, came.channel, sum(came.sessions) AS sessions
      FROM acquisition_daily came WHERE %s
      GROUP BY 1, 2 ORDER BY 1, 2",
        of_days_and_channels(filters)
      ),
      filter_values(filters)
    ))
  }
  query(
    sprintf(
      "
    SELECT visit.session_date::text AS day, visit.channel, count(*) AS sessions
    FROM session_acquisition visit
    WHERE %s
    GROUP BY 1, 2 ORDER BY 1, 2",
      chosen_visits(filters)
    ),
    filter_values(filters)
  )
}

#' Returns the orders credited to channels: one row per model, channel and currency.
#'
#' Login state and products filter by the session with the order. The channel is not a filter here.
attributed <- function(query, filters) {
  orders <- filters
  orders$channels <- character()
  query(
    sprintf(
      "
    SELECT credit.model, credit.channel, coalesce(credit.currency, '') AS currency,
      sum(credit.share) AS orders,
      sum(credit.share * credit.revenue_minor)::float8 AS revenue_minor
    FROM attribution_of_touches(:from_day::date, :to_day::date) credit
    JOIN clickstream_orders placed USING (order_id)
    WHERE %s
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
      chosen_rows(orders, "placed", "order_date")
    ),
    filter_values(filters)
  )
}

#' Returns the orders credited by Markov. It reads every journey of the range, so the page calls it
#' only if its box is checked.
attributed_by_markov <- function(query, filters) {
  query(
    "
    SELECT 'markov' AS model, channel, orders, removal_effect
    FROM attribution_markov(:from_day::date, :to_day::date)
    WHERE orders > 0
    ORDER BY channel",
    filter_values(filters)
  )
}
