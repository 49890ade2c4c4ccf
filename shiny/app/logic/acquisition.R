# Traffic sources of sessions, and attribution of orders to them.

attribution_models <- c(
  first = "First touch",
  last = "Last touch",
  linear = "Linear",
  position = "Position 40/20/40",
  time_decay = "Time decay",
  markov = "Markov"
)

acquisition_groups <- list(
  channel = c("channel"),
  source = c("channel", "source", "medium"),
  campaign = c("campaign", "source", "medium")
)

#' Returns one row per channel (source, campaign). A visitor counts once over the range.
acquisition <- function(query, filters, group, most = 1000) {
  columns <- acquisition_groups[[group]]
  named <- paste(columns, collapse = ", ")
  query(
    sprintf(
      "
    WITH counted AS (%2$s),
    came AS (%3$s)
    SELECT %1$s, counted.sessions, coalesce(came.visitors, 0) AS visitors, counted.new_visitors,
      counted.engaged, counted.converted
    FROM counted LEFT JOIN came USING (%1$s)
    ORDER BY sessions DESC, %1$s LIMIT :most::int",
      named,
      if (days_and_channels_only(filters)) {
        sprintf(
          "
      SELECT %1$s, sum(sessions) AS sessions, sum(new_visitors) AS new_visitors,
        sum(engaged_sessions) AS engaged, sum(converted_sessions) AS converted
      FROM acquisition_daily came WHERE %2$s
      GROUP BY %1$s",
          named,
          of_days_and_channels(filters)
        )
      } else {
        visits_by_origin(filters, columns)
      },
      sprintf(
        "
      SELECT %1$s, count(*) AS visitors
      FROM (
        SELECT %2$s FROM session_acquisition visit
        WHERE %3$s
        GROUP BY %4$s, visit.visitor_id) visitor
      GROUP BY %1$s",
        named,
        origin_columns(columns, TRUE),
        chosen_rows(filters, "visit", "session_date"),
        origin_columns(columns, FALSE)
      )
    ),
    c(filter_values(filters), most = most)
  )
}

#' Tells whether acquisition_daily can answer: it has the channel, but no login state or product.
days_and_channels_only <- function(filters) filters$login == "all" && !chooses_products(filters)

#' Returns the conditions on acquisition_daily.
of_days_and_channels <- function(filters) {
  session_conditions(filters, "came", "day", channel = "came.channel")
}

#' Returns SQL that counts the sessions of each origin.
visits_by_origin <- function(filters, columns) {
  sprintf(
    "
      SELECT %1$s, count(*) AS sessions,
        count(*) FILTER (WHERE visit.is_new_visitor) AS new_visitors,
        count(*) FILTER (WHERE visit.is_engaged) AS engaged,
        count(*) FILTER (WHERE visit.is_converted) AS converted
      FROM session_acquisition visit
      WHERE %2$s
      GROUP BY %3$s",
    origin_columns(columns, TRUE),
    chosen_rows(filters, "visit", "session_date"),
    origin_columns(columns, FALSE)
  )
}

#' Returns the SQL of the columns to group by.
origin_columns <- function(columns, named) {
  of_visit <- ifelse(
    columns == "campaign",
    "coalesce(visit.campaign, '')",
    paste0("visit.", columns)
  )
  paste(if (named) paste(of_visit, "AS", columns) else of_visit, collapse = ", ")
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
      chosen_rows(filters, "visit", "session_date")
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
