# Filters: their values, their text in a link, and their conditions in a statement.
#
# A list of filters has range (name of a preset, or "custom"), from and to (inclusive days), login,
# channels, categories and brands.

range_presets <- c(
  "7d" = "Last 7 days",
  "28d" = "Last 28 days",
  "90d" = "Last 90 days",
  "all" = "Everything",
  "custom" = "From … to …"
)
login_states <- c(all = "Everybody", guest = "Guests", logged_in = "Logged in")
default_range <- "28d"
most_chosen <- 50

#' Creates filters; the defaults are the last 28 days without other filters.
new_filters <- function(
  range = default_range,
  from = NULL,
  to = NULL,
  login = "all",
  channels = character(),
  categories = character(),
  brands = character()
) {
  list(
    range = range,
    from = from,
    to = to,
    login = login,
    channels = channels,
    categories = categories,
    brands = brands
  )
}

#' Sets the days of a range, counted back from the greatest reporting day loaded, not from today.
resolve_days <- function(filters, first_day, today) {
  first_day <- as.Date(first_day)
  today <- as.Date(today)
  back <- c("7d" = 6, "28d" = 27, "90d" = 89)
  if (filters$range %in% names(back)) {
    filters$from <- today - back[[filters$range]]
    filters$to <- today
  } else if (filters$range == "all" || is.null(filters$from) || is.null(filters$to)) {
    filters$from <- first_day
    filters$to <- today
  }
  if (filters$from > filters$to) {
    days <- c(filters$to, filters$from)
    filters$from <- days[1]
    filters$to <- days[2]
  }
  filters
}

#' Returns the number of days of the range.
day_count <- function(filters) as.integer(filters$to - filters$from) + 1L

#' Returns the days to draw, days without a row included.
#'
#' A range of over two years is cut to the days from the first row to the last, since a link may ask
#' for a century.
drawn_days <- function(filters, found) {
  is_long <- day_count(filters) > 731
  seq(
    if (is_long) as.Date(min(found)) else filters$from,
    if (is_long) as.Date(max(found)) else filters$to,
    by = "day"
  )
}

#' Returns the filters with the same number of days just before.
previous_period <- function(filters) {
  days <- day_count(filters)
  filters$range <- "custom"
  filters$to <- filters$from - 1
  filters$from <- filters$to - (days - 1)
  filters
}

#' Tells whether the filters choose days only.
#'
#' If so, the marts by day have the sums. Only distinct visitors and medians need the sessions.
chooses_days_only <- function(filters) {
  filters$login == "all" && length(filters$channels) == 0 && !chooses_products(filters)
}

#' Tells whether the filters choose a category or brand.
chooses_products <- function(filters) length(filters$categories) + length(filters$brands) > 0

# ── Links ──

#' Returns the query of a link with a page and filters. Defaults are left out.
to_query <- function(filters, page = NULL) {
  pairs <- list(page = page)
  if (filters$range == "custom") {
    pairs <- c(pairs, from = format(filters$from), to = format(filters$to))
  } else if (filters$range != default_range) {
    pairs <- c(pairs, range = filters$range)
  }
  if (filters$login != "all") {
    pairs <- c(pairs, login = filters$login)
  }
  repeated <- function(name, values) stats::setNames(as.list(values), rep(name, length(values)))
  pairs <- c(
    pairs,
    repeated("channel", filters$channels),
    repeated("category", filters$categories),
    repeated("brand", filters$brands)
  )
  pairs <- Filter(Negate(is.null), pairs)
  encoded <- vapply(
    pairs,
    function(value) utils::URLencode(enc2utf8(as.character(value)), reserved = TRUE),
    ""
  )
  if (length(pairs) == 0) "?" else paste0("?", paste0(names(pairs), "=", encoded, collapse = "&"))
}

#' Reads page and filters from the query of a link. Invalid values are replaced by defaults.
from_query <- function(query) {
  pairs <- strsplit(strsplit(sub("^\\?", "", query), "&", fixed = TRUE)[[1]], "=", fixed = TRUE)
  pairs <- Filter(function(pair) length(pair) == 2, pairs)
  keys <- vapply(pairs, `[`, "", 1)
  values <- vapply(pairs, function(pair) decoded(pair[2]), "")
  all_of <- function(key) utils::head(unique(values[keys == key & nzchar(values)]), most_chosen)
  one_of <- function(key, allowed, default) {
    given <- all_of(key)
    if (length(given) > 0 && given[1] %in% allowed) given[1] else default
  }
  from <- as_day(all_of("from"))
  to <- as_day(all_of("to"))
  is_custom <- !is.null(from) && !is.null(to)
  list(
    page = utils::head(all_of("page"), 1),
    filters = new_filters(
      range = if (is_custom) {
        "custom"
      } else {
        one_of("range", setdiff(names(range_presets), "custom"), default_range)
      },
      from = if (is_custom) from,
      to = if (is_custom) to,
      login = one_of("login", names(login_states), "all"),
      channels = all_of("channel"),
      categories = all_of("category"),
      brands = all_of("brand")
    )
  )
}

#' Decodes a value of a query; invalid text becomes "".
decoded <- function(text) {
  plain <- tryCatch(
    suppressWarnings(utils::URLdecode(gsub("+", " ", text, fixed = TRUE))),
    error = function(fault) ""
  )
  Encoding(plain) <- "UTF-8"
  if (validUTF8(plain)) plain else ""
}

#' Parses a day between 2000 and 2100; returns NULL otherwise.
as_day <- function(text) {
  if (length(text) == 0 || !grepl("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text[1])) {
    return(NULL)
  }
  day <- as.Date(text[1], optional = TRUE)
  if (is.na(day) || day < as.Date("2000-01-01") || day > as.Date("2100-01-01")) NULL else day
}

# ── Statements ──

#' Returns the values of the filters for the :names of a statement.
filter_values <- function(filters) {
  list(
    from_day = format(filters$from),
    to_day = format(filters$to),
    login = filters$login,
    channels = sql_array(filters$channels),
    categories = sql_array(filters$categories),
    brands = sql_array(filters$brands)
  )
}

#' Returns the conditions of the filters on a table whose rows belong to a session.
#'
#' Filters that are not set give no condition, which helps the planner. Category and brand choose
#' the sessions that viewed such a product, or added it to or removed it from the cart.
#'
#' @param table alias of the table
#' @param day its column for the day
#' @param login,channel SQL expressions for login state and channel; NULL if the filter is not used
session_conditions <- function(filters, table, day, login = NULL, channel = NULL) {
  conditions <- c(
    if (!is.null(day)) sprintf("%s.%s BETWEEN :from_day::date AND :to_day::date", table, day),
    if (!is.null(login) && filters$login != "all") sprintf("%s = :login", login),
    if (!is.null(channel) && length(filters$channels) > 0) {
      sprintf("%s = ANY (:channels::text[])", channel)
    },
    if (chooses_products(filters)) {
      sprintf(
        "%s.session_key IN (SELECT chosen.session_key FROM session_products chosen WHERE %s%s)",
        table,
        # A session lasts at most 18 hours: its orders are on the day of its start or the next.
        if (is.null(day)) {
          "TRUE"
        } else {
          "chosen.session_date BETWEEN :from_day::date - 1 AND :to_day::date"
        },
        product_conditions(filters, "chosen")
      )
    }
  )
  paste(c("TRUE", conditions), collapse = "\n      AND ")
}

#' Returns the conditions of the filters for category and brand on a table.
product_conditions <- function(filters, table) {
  paste0(
    if (length(filters$categories) > 0) {
      one_of_texts(table, "category", ":categories", filters$categories)
    } else {
      ""
    },
    if (length(filters$brands) > 0) one_of_texts(table, "brand", ":brands", filters$brands) else ""
  )
}

#' Returns a condition on a text column. The condition on its length lets the partial index be used.
one_of_texts <- function(table, column, name, values) {
  paste0(
    sprintf(" AND %s.%s = ANY (%s::text[])", table, column, name),
    if (all(nchar(enc2utf8(values), "bytes") <= 1000)) {
      sprintf(" AND octet_length(%s.%s) <= 1000", table, column)
    } else {
      ""
    }
  )
}

#' Returns the conditions on clickstream_sessions, without bots. bots_left_out() counts the bots.
chosen_sessions <- function(filters) {
  paste(
    "NOT session.is_bot AND",
    session_conditions(
      filters,
      "session",
      "session_date",
      login = "CASE WHEN session.user_id IS NULL THEN 'guest' ELSE 'logged_in' END",
      channel = "session.default_channel_group"
    )
  )
}

#' Returns the conditions on a mart that has the login state and channel of the session.
chosen_rows <- function(filters, table, day) {
  session_conditions(
    filters,
    table,
    day,
    login = sprintf("%s.login_state", table),
    channel = sprintf("%s.channel", table)
  )
}

#' Returns the channels, categories and brands that occur in the days of the range.
filter_choices <- function(query, filters) {
  values <- filter_values(filters)
  list(
    channels = query(
      "SELECT DISTINCT channel FROM acquisition_daily
      WHERE day BETWEEN :from_day::date AND :to_day::date
      ORDER BY channel",
      values
    )$channel,
    categories = engaged_values(query, values, "category"),
    brands = engaged_values(query, values, "brand")
  )
}

#' Returns the values of a dimension in the days, by descending engagement.
engaged_values <- function(query, values, dimension) {
  query(
    "
    SELECT value FROM engagement_daily
    WHERE day BETWEEN :from_day::date AND :to_day::date AND dimension = :dimension AND value <> ''
    GROUP BY value ORDER BY sum(views + cart_adds) DESC, value LIMIT 500",
    c(values, dimension = dimension)
  )$value
}
