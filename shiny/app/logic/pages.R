# Pages: views, visitors, entries, exits and outcome by path.

#' Returns one row per page path.
#'
#' Sessions and conversions are those of the sessions that viewed the page.
page_report <- function(query, filters) {
  query(
    sprintf(
      "
    WITH viewed AS (
      SELECT page_path, sum(views) AS views, sum(sessions) AS sessions, count(*) AS visitors,
        sum(converted) AS converted
      FROM (
        SELECT page.page_path, sum(page.views) AS views, count(*) AS sessions,
          count(*) FILTER (WHERE page.is_converted) AS converted
        FROM session_pages page
        WHERE %s
        GROUP BY page.page_path, page.visitor_id) visitor
      GROUP BY page_path),
    ended AS (%s)
    SELECT page_path, coalesce(viewed.views, 0) AS views, coalesce(viewed.visitors, 0) AS visitors,
      coalesce(viewed.sessions, 0) AS sessions, coalesce(ended.entries, 0) AS entries,
      coalesce(ended.exits, 0) AS exits, coalesce(ended.bounces, 0) AS bounces,
      coalesce(viewed.converted, 0) AS converted
    FROM viewed FULL JOIN ended USING (page_path)
    ORDER BY views DESC, entries DESC, page_path",
      chosen_pages(filters),
      ends_sql(filters)
    ),
    filter_values(filters)
  )
}

#' Returns the revenue of the sessions that viewed a page: one row per path and currency.
#'
#' An order counts for each page of its session, so the rows do not add up.
page_revenue <- function(query, filters) {
  query(
    sprintf(
      "
    SELECT page.page_path, coalesce(placed.currency, '') AS currency, count(*) AS orders,
      count(placed.revenue_minor) AS orders_with_revenue,
      sum(placed.revenue_minor) AS revenue_minor
    FROM clickstream_orders placed JOIN session_pages page USING (session_key)
    WHERE %s
    GROUP BY 1, 2",
      chosen_rows(filters, "placed", "order_date")
    ),
    filter_values(filters)
  )
}

#' Returns the conditions on session_pages. Login state and channel are those of the session.
chosen_pages <- function(filters) {
  visits <- filters$login != "all" || length(filters$channels) > 0 || chooses_visits(filters)
  alone <- filters
  alone$visitors <- "all"
  alone$devices <- alone$sources <- alone$campaigns <- character()
  paste0(
    session_conditions(alone, "page", "session_date"),
    if (visits) {
      sprintf(
        "
      AND page.session_key IN (SELECT visit.session_key FROM session_acquisition visit WHERE %s)",
        chosen_visits(without_products(filters))
      )
    }
  )
}
