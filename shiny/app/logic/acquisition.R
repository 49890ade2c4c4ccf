# Where sessions come from, and which of them get credit for orders.

attribution_models <- c(
  first = "First touch", last = "Last touch", linear = "Linear", position = "Position 40/20/40", time_decay = "Time decay", markov = "Markov")

acquisition_groups <- list(
  channel = c("channel"), source = c("channel", "source", "medium"), campaign = c("campaign", "source", "medium"))

# A row a channel (source, campaign): visitors are counted once over the range.
acquisition <- function(query, filters, group, most = 1000) {
  columns <- acquisition_groups[[group]]
  of_visit <- ifelse(columns == "campaign", "coalesce(visit.campaign, '')", paste0("visit.", columns))
  named <- paste(of_visit, "AS", columns, collapse = ", ")
  query(sprintf("
    SELECT %1$s, sum(sessions) AS sessions, count(*) AS visitors, sum(new_visitors) AS new_visitors, sum(engaged) AS engaged,
      sum(converted) AS converted
    FROM (
      SELECT %2$s, count(*) AS sessions, count(*) FILTER (WHERE visit.is_new_visitor) AS new_visitors,
        count(*) FILTER (WHERE session.is_engaged) AS engaged, count(*) FILTER (WHERE session.is_converted) AS converted
      FROM session_acquisition visit JOIN clickstream_sessions session USING (session_key)
      WHERE %3$s
      GROUP BY %4$s, visit.visitor_id) visitor
    GROUP BY %1$s ORDER BY sessions DESC, %1$s LIMIT :most::int",
    paste(columns, collapse = ", "), named, chosen_rows(filters, "visit", "session_date"), paste(of_visit, collapse = ", ")),
    c(filter_values(filters), most = most))
}

channel_days <- function(query, filters) {
  query(sprintf("
    SELECT visit.session_date::text AS day, visit.channel, count(*) AS sessions
    FROM session_acquisition visit
    WHERE %s
    GROUP BY 1, 2 ORDER BY 1, 2", chosen_rows(filters, "visit", "session_date")), filter_values(filters))
}

# Orders of the range credited to channels, a row a model, channel and currency. Orders are chosen by login state and products
# of the session that bought; the channel is what is asked for.
attributed <- function(query, filters) {
  orders <- filters
  orders$channels <- character()
  query(sprintf("
    SELECT credit.model, credit.channel, coalesce(credit.currency, '') AS currency, sum(credit.share) AS orders,
      sum(credit.share * credit.revenue_minor)::float8 AS revenue_minor
    FROM attribution_of_touches(:from_day::date, :to_day::date) credit
    JOIN clickstream_orders placed USING (order_id)
    WHERE %s
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3", chosen_rows(orders, "placed", "order_date")), filter_values(filters))
}

# Reads every journey of the range: asked for by hand.
attributed_by_markov <- function(query, filters) {
  rows <- query("
    SELECT 'markov' AS model, channel, orders, removal_effect
    FROM attribution_markov(:from_day::date, :to_day::date)
    WHERE orders > 0
    ORDER BY channel", filter_values(filters))
  rows
}
