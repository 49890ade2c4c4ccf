# Sessions of a visitor and events of a session. No other file reads event_details, and this
# one reads a single session of it.

sessions_at_first <- 50
most_events <- 500

#' Returns the SQL of the columns of a session.
session_columns <- function(zone_name = ":zone") {
  sprintf(
    "
      session.session_key::text AS session_key, session.visitor_id,
      coalesce(session.user_id, '') AS user_id,
      to_char(session.started_at AT TIME ZONE %1$s, 'YYYY-MM-DD HH24:MI:SS') AS started,
      session.duration_s, session.event_count,
      session.page_view_count, session.default_channel_group AS channel,
      coalesce(session.device_category, '') AS device,
      session.source, session.medium, coalesce(session.utm_campaign, '') AS campaign,
      coalesce(session.referrer, '') AS referrer,
      coalesce(session.landing_page_path, '') AS landing_page,
      coalesce(session.exit_page_path, '') AS exit_page,
      session.order_count, session.revenue_minor, coalesce(session.currency, '') AS currency,
      session.is_engaged, session.is_bot",
    zone_name
  )
}

#' Returns the latest sessions of the range; all of them without `most`.
recent_sessions <- function(query, filters, zone, with = list(), most = NULL) {
  query(
    sprintf(
      "
    SELECT %s
    FROM clickstream_sessions session
    WHERE %s
    ORDER BY session.started_at DESC, session.session_key%s",
      session_columns(),
      chosen_with(filters, with),
      if (is.null(most)) "" else " LIMIT :most::int"
    ),
    c(filter_values(filters), with$values, zone = zone, most = most)
  )
}

#' Returns the number of sessions and of their visitors.
session_totals <- function(query, filters, zone, with = list()) {
  query(
    sprintf(
      "
    SELECT coalesce(sum(sessions), 0) AS sessions, count(*) AS visitors
    FROM (SELECT count(*) AS sessions FROM clickstream_sessions session
      WHERE %s GROUP BY session.visitor_id) visitor",
      chosen_with(filters, with)
    ),
    c(filter_values(filters), with$values, zone = zone)
  )
}

#' Returns the conditions of the filters and of sessions_with().
chosen_with <- function(filters, with) {
  paste0(
    chosen_sessions(filters),
    # The days as instants too: the index on started_at then finds the latest first.
    "
      AND session.started_at >= (:from_day::timestamp AT TIME ZONE :zone)
      AND session.started_at < (:to_day::timestamp + interval '1 day') AT TIME ZONE :zone",
    with$sql
  )
}

#' Reads what the sessions have in common: "product:ID", "page:PATH", "landing:PATH",
#' "drop:FUNNEL:STEP" (completed the step, but not the next) or "own:STEP" of own steps.
#'
#' @param funnels function that returns the steps of all funnels, as funnel_steps() does
#' @return list of `name` for people, `sql` (a condition) and `values`; empty if the text is none
sessions_with <- function(filters, text, steps = "", funnels = function() NULL) {
  kind <- sub(":.*", "", text)
  value <- sub("^[a-z]+:", "", text)
  among <- function(name, sql, values) {
    list(
      name = name,
      sql = sprintf("\n      AND session.session_key IN (%s)", sql),
      values = values
    )
  }
  if (!nzchar(value) || identical(value, text)) {
    return(list())
  }
  switch(
    kind,
    product = among(
      sprintf("with product %s", value),
      "SELECT session_key FROM session_products
      WHERE product_id = :with AND session_date BETWEEN :from_day::date AND :to_day::date",
      list(with = value)
    ),
    page = among(
      sprintf("that viewed %s", value),
      "SELECT session_key FROM session_pages
      WHERE page_path = :with
        AND session_date BETWEEN :from_day::date AND :to_day::date",
      list(with = value)
    ),
    landing = list(
      name = sprintf("that landed on %s", value),
      sql = "\n      AND session.landing_page_path = :with",
      values = list(with = value)
    ),
    drop = dropped_in_funnel(value, among, funnels),
    own = dropped_in_own(filters, value, steps, among),
    list()
  )
}

#' Returns the sessions that completed a step of a funnel, but not the next.
dropped_in_funnel <- function(value, among, funnels) {
  funnel <- sub(":[0-9]+$", "", value)
  step <- suppressWarnings(as.integer(sub(".*:", "", value)))
  if (is.na(step)) {
    return(list())
  }
  known <- funnels()
  name <- known$name[known$funnel == funnel & known$step == step]
  among(
    sprintf(
      "that left funnel %s after step %d%s",
      funnel,
      step,
      if (length(name) == 1) paste0(", ", name) else ""
    ),
    "SELECT session_key FROM session_funnels
      WHERE funnel = :with AND cardinality(step_at) = :step::int
        AND session_date BETWEEN :from_day::date AND :to_day::date",
    list(with = funnel, step = step)
  )
}

#' Returns the sessions that completed a step of own steps, but not the next.
dropped_in_own <- function(filters, value, steps, among) {
  steps <- own_steps(steps)
  step <- suppressWarnings(as.integer(value))
  if (is.na(step) || step < 1 || step > length(steps)) {
    return(list())
  }
  way <- steps_sql(filters, steps)
  following <- if (step < length(steps)) {
    sprintf(" AND p_%s IS NULL", letters[step + 1])
  } else {
    ""
  }
  among(
    sprintf("that left after step %d, %s", step, steps[[step]]$name),
    sprintf(
      "SELECT session_key FROM (%s) way WHERE p_%s IS NOT NULL%s",
      way$sql,
      letters[step],
      following
    ),
    way$values[setdiff(names(way$values), names(filter_values(filters)))]
  )
}

#' Returns the visitors that a text identifies: by visitor, client, user, session or order id.
#'
#' Each of these has an index.
find_visitors <- function(query, text) {
  text <- trimws(text)
  if (!nzchar(text)) {
    return(character())
  }
  is_key <- grepl("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", text)
  query(
    sprintf(
      "
    SELECT DISTINCT visitor_id FROM (
      (SELECT visitor_id FROM clickstream_sessions
        WHERE visitor_id = ANY (ARRAY[:text, 'c:' || :text, 'u:' || :text, 's:' || :text]))
      UNION ALL
      (SELECT visitor_id FROM clickstream_orders WHERE order_id = :text)
      UNION ALL
      (SELECT visitor_id FROM clickstream_sessions WHERE user_id = :text LIMIT 1000)%s) found
    ORDER BY visitor_id LIMIT 20",
      if (is_key) {
        "
      UNION ALL
      (SELECT visitor_id FROM clickstream_sessions WHERE session_key = :text::uuid)"
      } else {
        ""
      }
    ),
    list(text = text)
  )$visitor_id
}

#' Returns all sessions of some visitors, whatever the range, bots included.
visitor_sessions <- function(query, visitors, zone) {
  query(
    sprintf(
      "
    SELECT %s
    FROM clickstream_sessions session
    WHERE session.visitor_id = ANY (:visitors::text[])
    ORDER BY session.started_at DESC, session.session_key",
      session_columns()
    ),
    list(visitors = sql_array(visitors), zone = zone)
  )
}

#' Returns the events of a session, in order.
#'
#' @param most greatest number of events; NULL for all
session_events <- function(query, session_key, zone, most = NULL) {
  query(
    paste0(
      "
    SELECT to_char(event.occurred_at AT TIME ZONE :zone, 'YYYY-MM-DD HH24:MI:SS.MS') AS occurred,
      extract(epoch FROM event.occurred_at - session.started_at)::float8 AS offset_s,
      event.event_name, event.canonical_name,
      coalesce(event.page_path, '') AS page_path, coalesce(event.page_title, '') AS page_title,
      coalesce(event.context_product_name, event.context_product_id, '') AS product,
      event.context_product_price AS price_minor,
      event.context_product_discount_price AS discount_price_minor,
      coalesce(event.element ->> 'text', '') AS element_text,
      coalesce(event.order_id, '') AS order_id, event.order_value_minor,
      coalesce(event.currency, '') AS currency,
      coalesce(event.user_login_state, '') AS login_state, event.event_id::text AS event_id,
      event.raw_object_key
    FROM clickstream_sessions session
    CROSS JOIN LATERAL
      events_in_order(session.session_key) step
    CROSS JOIN LATERAL
      (SELECT * FROM event_details WHERE event_id = step.event_id OFFSET 0) event
    WHERE session.session_key = :session_key::uuid
    ORDER BY step.ordered_at, step.client_timestamp, step.event_id",
      if (!is.null(most)) " LIMIT :most::int"
    ),
    list(session_key = session_key, zone = zone, most = most)
  )
}
