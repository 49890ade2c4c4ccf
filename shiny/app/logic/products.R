# Engagement with products, categories and brands.

dimensions <- c(product = "Products", category = "Categories", brand = "Brands")
dimension_columns <- c(product = "product_id", category = "category", brand = "brand")

# A row a product (category, brand). The filters for category and brand choose the rows' own products here.
engagement <- function(query, filters, dimension, most = 1000) {
  column <- dimension_columns[[dimension]]
  alone <- filters
  alone$categories <- alone$brands <- character()
  query(sprintf("
    WITH seen AS (
      SELECT coalesce(value, '') AS value, max(label) AS label, sum(views) AS views, sum(cart_adds) AS cart_adds,
        sum(cart_removes) AS cart_removes, count(DISTINCT visitor_id) FILTER (WHERE views > 0) AS visitors,
        count(*) FILTER (WHERE views > 0) AS view_sessions, count(*) FILTER (WHERE cart_adds > 0) AS cart_sessions
      FROM (
        SELECT product.%1$s AS value, product.session_key, min(product.visitor_id) AS visitor_id, max(product.product_name) AS label,
          sum(product.views) AS views, sum(product.cart_adds) AS cart_adds, sum(product.cart_removes) AS cart_removes
        FROM session_products product
        WHERE %2$s%3$s
        GROUP BY 1, 2) session
      GROUP BY 1),
    bought AS (
      SELECT coalesce(line.%1$s, '') AS value, max(line.product_name) AS label, count(DISTINCT line.order_id) AS orders, sum(line.quantity) AS quantity
      FROM clickstream_order_lines line
      WHERE %4$s%5$s
      GROUP BY 1)
    SELECT value, coalesce(seen.label, bought.label, '') AS label, coalesce(seen.views, 0) AS views,
      coalesce(seen.visitors, 0) AS visitors, coalesce(seen.view_sessions, 0) AS view_sessions,
      coalesce(seen.cart_adds, 0) AS cart_adds, coalesce(seen.cart_removes, 0) AS cart_removes,
      coalesce(seen.cart_sessions, 0) AS cart_sessions, coalesce(bought.orders, 0) AS orders, coalesce(bought.quantity, 0) AS quantity
    FROM seen FULL JOIN bought USING (value)
    ORDER BY views DESC, cart_adds DESC, quantity DESC, value LIMIT :most::int",
    column, chosen_rows(alone, "product", "session_date"), product_conditions(filters, "product"),
    chosen_rows_of_lines(alone), product_conditions(filters, "line")),
    c(filter_values(filters), most = most))
}

chosen_rows_of_lines <- function(filters) {
  session_conditions(filters, "line", "order_date", login = "line.login_state", channel = "line.channel")
}

# Revenue of order lines, a row a value and currency.
line_revenue <- function(query, filters, dimension) {
  alone <- filters
  alone$categories <- alone$brands <- character()
  query(sprintf("
    SELECT coalesce(line.%s, '') AS value, coalesce(line.currency, '') AS currency, count(DISTINCT line.order_id) AS orders,
      coalesce(round(sum(line.revenue_minor)), 0) AS revenue_minor
    FROM clickstream_order_lines line
    WHERE %s%s
    GROUP BY 1, 2 ORDER BY revenue_minor DESC, 1, 2", dimension_columns[[dimension]], chosen_rows_of_lines(alone),
    product_conditions(filters, "line")), filter_values(filters))
}
