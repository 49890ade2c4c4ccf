# Pages: views, visitors, entries, exits and outcome by path.

#' Returns one row per page path, with its visitors.
page_report <- function(query, filters) {
  with_page_visitors(page_numbers(query, filters), page_visitors(query, filters))
}

#' Returns one row per page path, without its visitors.
#'
#' Sessions and conversions are those of the sessions that viewed the page. Days add up, so that a
#' choice of days alone is a sum over page_daily.
page_numbers <- function(query, filters) {
  if (chooses_days_only(filters)) {
    return(query(
      "
    SELECT page_path, sum(views) AS views, sum(sessions) AS sessions, sum(entries) AS entries,
      sum(exits) AS exits, sum(bounces) AS bounces, sum(converted) AS converted
    FROM page_daily WHERE day BETWEEN :from_day::date AND :to_day::date
    GROUP BY page_path
    ORDER BY views DESC, entries DESC, page_path",
      filter_values(filters)
    ))
  }
  query(
    sprintf(
      "
    WITH viewed AS (
      SELECT page.page_path, sum(page.views) AS views, count(*) AS sessions,
        count(*) FILTER (WHERE page.is_converted) AS converted
      FROM session_pages page
      WHERE %s
      GROUP BY page.page_path),
    ended AS (%s)
    SELECT page_path, coalesce(viewed.views, 0) AS views, coalesce(viewed.sessions, 0) AS sessions,
      coalesce(ended.entries, 0) AS entries, coalesce(ended.exits, 0) AS exits,
      coalesce(ended.bounces, 0) AS bounces, coalesce(viewed.converted, 0) AS converted
    FROM viewed FULL JOIN ended USING (page_path)
    ORDER BY views DESC, entries DESC, page_path",
      chosen_pages(filters),
      ends_sql(filters)
    ),
    filter_values(filters)
  )
}

#' Returns the number of distinct visitors of each page path that was viewed.
#'
#' This takes several times as long as page_numbers(), because it needs each visitor of each page.
page_visitors <- function(query, filters) {
  query(
    sprintf(
      "
    SELECT page_path, count(*) AS visitors
    FROM (SELECT DISTINCT page.page_path, page.visitor_id FROM session_pages page WHERE %s) viewer
    GROUP BY page_path",
      chosen_pages(filters)
    ),
    filter_values(filters)
  )
}

#' Adds the visitors to the rows of page_numbers(): NA as long as they are not known (NULL).
with_page_visitors <- function(rows, visitors) {
  found <- visitors$visitors[match(rows$page_path, visitors$page_path)]
  rows$visitors <- if (is.null(visitors)) {
    rep(NA_real_, nrow(rows))
  } else {
    ifelse(is.na(found), 0, found)
  }
  first <- c("page_path", "views", "visitors")
  rows[c(first, setdiff(names(rows), first))]
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
