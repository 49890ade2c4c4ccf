# Engagement with products, categories and brands, and revenue of order lines.

dimensions <- c(product = "Products", category = "Categories", brand = "Brands")
dimension_columns <- c(product = "product_id", category = "category", brand = "brand")

#' Returns one row per product (category, brand).
#'
#' Here the filters for category and brand choose the products themselves, not the sessions.
engagement <- function(query, filters, dimension) {
  query(
    sprintf(
      "
    WITH counted AS (%s),
    came AS (%s)
    SELECT counted.value,
      CASE WHEN :dimension = 'product' THEN coalesce(counted.label, '') ELSE '' END AS label,
      counted.views,
      coalesce(came.visitors, 0) AS visitors, counted.view_sessions,
      counted.cart_adds, counted.cart_removes, counted.cart_sessions,
      counted.wishlist_toggles, counted.shares, counted.orders, counted.quantity
    FROM counted LEFT JOIN came USING (value)
    ORDER BY views DESC, cart_adds DESC, quantity DESC, value",
      if (chooses_days_only(filters)) {
        engagement_of_days
      } else {
        engagement_of_sessions(filters, dimension)
      },
      distinct_viewers(filters, dimension)
    ),
    c(filter_values(filters), dimension = dimension)
  )
}

engagement_of_days <- "
      SELECT value, max(label) AS label, sum(views) AS views, sum(view_sessions) AS view_sessions,
        sum(cart_adds) AS cart_adds,
        sum(cart_removes) AS cart_removes, sum(cart_sessions) AS cart_sessions,
        sum(wishlist_toggles) AS wishlist_toggles, sum(shares) AS shares,
        sum(orders) AS orders, sum(quantity) AS quantity
      FROM engagement_daily WHERE dimension = :dimension
        AND day BETWEEN :from_day::date AND :to_day::date
      GROUP BY value"

#' Returns SQL that counts on sessions. Products of one category in one session are merged first.
engagement_of_sessions <- function(filters, dimension) {
  by_session <- dimension != "product"
  of_session <- function(column, by) {
    if (by_session) sprintf("%s(product.%s)", by, column) else sprintf("product.%s", column)
  }
  sprintf(
    "
      SELECT value, max(label) AS label, coalesce(sum(views), 0) AS views,
        count(*) FILTER (WHERE views > 0) AS view_sessions,
        coalesce(sum(cart_adds), 0) AS cart_adds, coalesce(sum(cart_removes), 0) AS cart_removes,
        count(*) FILTER (WHERE cart_adds > 0) AS cart_sessions,
        coalesce(sum(wishlist_toggles), 0) AS wishlist_toggles, coalesce(sum(shares), 0) AS shares,
        count(DISTINCT order_id) AS orders,
        coalesce(sum(quantity), 0) AS quantity
      FROM (
        SELECT coalesce(product.%1$s, '') AS value, %6$s AS label, %7$s AS views, %8$s AS cart_adds,
          %9$s AS cart_removes, %11$s AS wishlist_toggles, %12$s AS shares,
          NULL::text AS order_id, NULL::numeric AS quantity
        FROM session_products product
        WHERE %2$s%3$s%10$s
        UNION ALL
        SELECT coalesce(line.%1$s, ''), line.product_name, NULL, NULL, NULL, NULL, NULL,
          line.order_id, line.quantity
        FROM clickstream_order_lines line
        WHERE %4$s%5$s) part
      GROUP BY value",
    dimension_columns[[dimension]],
    chosen_rows(without_products(filters), "product", "session_date"),
    product_conditions(filters, "product"),
    chosen_lines(without_products(filters)),
    product_conditions(filters, "line"),
    of_session("product_name", "max"),
    of_session("views", "sum"),
    of_session("cart_adds", "sum"),
    of_session("cart_removes", "sum"),
    if (by_session) " GROUP BY 1, product.session_key" else "",
    of_session("wishlist_toggles", "sum"),
    of_session("shares", "sum")
  )
}

#' Returns SQL for the distinct visitors with a view, per product (category, brand).
distinct_viewers <- function(filters, dimension) {
  sprintf(
    "
      SELECT value, count(*) AS visitors
      FROM (
        SELECT coalesce(product.%s, '') AS value
        FROM session_products product
        WHERE product.views > 0 AND %s%s
        GROUP BY 1, product.visitor_key) viewer
      GROUP BY value",
    dimension_columns[[dimension]],
    chosen_rows(without_products(filters), "product", "session_date"),
    product_conditions(filters, "product")
  )
}

#' Returns the filters without category and brand.
without_products <- function(filters) {
  filters$categories <- filters$brands <- character()
  filters
}

#' Returns the revenue of order lines: one row per product (category, brand) and currency. It is
#' unknown (NA) if no line has a price.
line_revenue <- function(query, filters, dimension) {
  query(
    sprintf(
      "
    SELECT coalesce(line.%s, '') AS value, coalesce(line.currency, '') AS currency,
      count(DISTINCT line.order_id) AS orders,
      count(line.revenue_minor) AS lines_with_revenue,
      round(sum(line.revenue_minor)) AS revenue_minor
    FROM clickstream_order_lines line
    WHERE %s%s
    GROUP BY 1, 2 ORDER BY revenue_minor DESC NULLS LAST, 1, 2",
      dimension_columns[[dimension]],
      chosen_lines(without_products(filters)),
      product_conditions(filters, "line")
    ),
    filter_values(filters)
  )
}

#' Returns the number of orders, and of those with lines. What was bought is unknown for the others.
orders_with_lines <- function(query, filters) {
  query(
    sprintf(
      "
    SELECT count(*) AS orders, count(*) FILTER (
        WHERE EXISTS (
          SELECT FROM clickstream_order_lines line WHERE line.order_id = placed.order_id)
      ) AS with_lines
    FROM clickstream_orders placed
    WHERE %s",
      chosen_rows(without_products(filters), "placed", "order_date")
    ),
    filter_values(filters)
  )
}
