# Filters: their values, their text in a link, and their conditions in a statement.
#
# A list of filters has range (name of a preset, or "custom"), from and to (inclusive days), login,
# visitors, channels, devices, sources, campaigns, categories and brands; `complete` (complete days
# only) and `compare` (with which period). Resolved filters also have `loaded`, the loaded days.

range_presets <- c(
  "7d" = "Last 7 days",
  "28d" = "Last 28 days",
  "90d" = "Last 90 days",
  "all" = "Everything",
  "custom" = "From … to …"
)
login_states <- c(all = "Everybody", guest = "Guests", logged_in = "Logged in")
visitor_kinds <- c(all = "All visitors", new = "New visitors", returning = "Returning")
default_range <- "28d"
most_chosen <- 50

# Filters with several values: name in the list of filters → name in a link.
value_filters <- c(
  channels = "channel",
  devices = "device",
  sources = "source",
  campaigns = "campaign",
  categories = "category",
  brands = "brand"
)

#' Creates filters; the defaults are the last 28 days without other filters.
new_filters <- function(
  range = default_range,
  from = NULL,
  to = NULL,
  login = "all",
  channels = character(),
  categories = character(),
  brands = character(),
  devices = character(),
  sources = character(),
  campaigns = character(),
  visitors = "all",
  complete = FALSE,
  compare = "previous",
  compare_from = NULL
) {
  list(
    range = range,
    from = from,
    to = to,
    login = login,
    visitors = visitors,
    channels = channels,
    devices = devices,
    sources = sources,
    campaigns = campaigns,
    categories = categories,
    brands = brands,
    complete = complete,
    compare = compare,
    compare_from = compare_from
  )
}

#' Sets the days of a range, counted back from the greatest reporting day loaded, not from today,
#' and limits them to what is loaded.
resolve_days <- function(filters, first_day, today, loaded = all_complete(first_day, today)) {
  first_day <- as.Date(first_day)
  today <- last_day(filters, as.Date(today), loaded)
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
  # Days outside are kept if no loaded day is among them: the page then says what is loaded.
  if (filters$from <= today && filters$to >= first_day) {
    filters$from <- max(filters$from, first_day)
    filters$to <- min(filters$to, today)
  }
  filters$loaded <- loaded_between(loaded, filters$from, filters$to)
  filters
}

#' Returns the last day that a range may have: the last complete one if only those are wanted.
last_day <- function(filters, today, loaded) {
  whole <- loaded$day[loaded$complete & loaded$day <= format(today)]
  if (filters$complete && length(whole) > 0) as.Date(max(whole)) else today
}

#' Returns the number of days of the range.
day_count <- function(filters) day_span(filters$from, filters$to)

#' Returns the days to draw, days without a row included.
drawn_days <- function(filters) seq(filters$from, filters$to, by = "day")

#' Tells whether the filters choose days only.
#'
#' If so, the marts by day have the sums. Only distinct visitors and medians need the sessions.
chooses_days_only <- function(filters) {
  filters$login == "all" &&
    length(filters$channels) == 0 &&
    !chooses_products(filters) &&
    !chooses_visits(filters) &&
    is.null(filters$cut)
}

#' Tells whether the filters choose a category or brand.
chooses_products <- function(filters) length(filters$categories) + length(filters$brands) > 0

#' Tells whether the filters choose by columns that only session_acquisition has.
chooses_visits <- function(filters) {
  filters$visitors != "all" ||
    length(filters$devices) + length(filters$sources) + length(filters$campaigns) > 0
}

# ── Links ──

#' Returns the query of a link with a page, filters and the choices of the page. Defaults are left
#' out.
to_query <- function(filters, page = NULL, choices = list()) {
  pairs <- list(page = page)
  if (filters$range == "custom") {
    pairs <- c(pairs, from = format(filters$from), to = format(filters$to))
  } else if (filters$range != default_range) {
    pairs <- c(pairs, range = filters$range)
  }
  pairs <- c(
    pairs,
    complete = if (filters$complete) "1",
    compare = if (filters$compare != "previous") filters$compare,
    compare_from = if (filters$compare == "custom" && !is.null(filters$compare_from)) {
      format(filters$compare_from)
    },
    login = if (filters$login != "all") filters$login,
    visitors = if (filters$visitors != "all") filters$visitors
  )
  for (name in names(value_filters)) {
    values <- filters[[name]]
    pairs <- c(pairs, stats::setNames(as.list(values), rep(value_filters[[name]], length(values))))
  }
  pairs <- Filter(Negate(is.null), c(pairs, choices))
  encoded <- vapply(
    pairs,
    function(value) utils::URLencode(enc2utf8(as.character(value)), reserved = TRUE),
    ""
  )
  if (length(pairs) == 0) "?" else paste0("?", paste0(names(pairs), "=", encoded, collapse = "&"))
}

#' Reads page, filters and choices from the query of a link. Invalid values are replaced by
#' defaults.
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
  others <- setdiff(keys, filter_keys)
  list(
    page = utils::head(all_of("page"), 1),
    choices = stats::setNames(lapply(others, function(key) values[keys == key][1]), others),
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
      brands = all_of("brand"),
      devices = all_of("device"),
      sources = all_of("source"),
      campaigns = all_of("campaign"),
      visitors = one_of("visitors", names(visitor_kinds), "all"),
      complete = one_of("complete", c("1", "0"), "0") == "1",
      compare = one_of("compare", names(comparisons), "previous"),
      compare_from = as_day(all_of("compare_from"))
    )
  )
}

# Keys of a link that are not choices of a page.
filter_keys <- c(
  "page",
  "range",
  "from",
  "to",
  "complete",
  "compare",
  "compare_from",
  "login",
  "visitors",
  unname(value_filters)
)

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
    cut = filters$cut %||% "",
    channels = sql_array(filters$channels),
    devices = sql_array(filters$devices),
    sources = sql_array(filters$sources),
    campaigns = sql_array(filters$campaigns),
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
#' @param moment its column for the time, for a comparison to the same hour
#' @param key SQL expression for the session
session_conditions <- function(
  filters,
  table,
  day,
  login = NULL,
  channel = NULL,
  moment = NULL,
  key = sprintf("%s.session_key", table)
) {
  stopifnot(is.null(filters$cut) || !is.null(moment))
  conditions <- c(
    if (!is.null(day)) sprintf("%s.%s BETWEEN :from_day::date AND :to_day::date", table, day),
    if (!is.null(filters$cut)) {
      sprintf("%s.%s < :cut::timestamp AT TIME ZONE (SELECT reporting_zone())", table, moment)
    },
    if (!is.null(login) && filters$login != "all") sprintf("%s = :login", login),
    if (!is.null(channel) && length(filters$channels) > 0) {
      sprintf("%s = ANY (:channels::text[])", channel)
    },
    if (chooses_products(filters)) {
      sprintf(
        "%s IN (SELECT chosen.session_key FROM session_products chosen WHERE %s%s)",
        key,
        around_days("chosen", day),
        product_conditions(filters, "chosen")
      )
    },
    if (chooses_visits(filters)) {
      sprintf(
        "%s IN (SELECT chosen.session_key FROM session_acquisition chosen WHERE %s%s)",
        key,
        around_days("chosen", day),
        visit_conditions(filters, "chosen")
      )
    }
  )
  paste(c("TRUE", conditions), collapse = "\n      AND ")
}

#' Returns the condition on the days of the sessions that a filter chooses. A session lasts at most
#' 18 hours: its orders are on the day of its start or the next.
around_days <- function(table, day) {
  if (is.null(day)) {
    "TRUE"
  } else {
    sprintf("%s.session_date BETWEEN :from_day::date - 1 AND :to_day::date", table)
  }
}

#' Returns the conditions of the filters that only session_acquisition has the columns for.
visit_conditions <- function(filters, table) {
  one_of <- function(chosen, column, name) {
    if (length(chosen) > 0) {
      sprintf(" AND coalesce(%s.%s, '') = ANY (%s::text[])", table, column, name)
    } else {
      ""
    }
  }
  paste0(
    switch(
      filters$visitors,
      new = sprintf(" AND %s.is_new_visitor", table),
      returning = sprintf(" AND NOT %s.is_new_visitor", table),
      ""
    ),
    one_of(filters$devices, "device_category", ":devices"),
    one_of(filters$sources, "source", ":sources"),
    one_of(filters$campaigns, "campaign", ":campaigns")
  )
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
chosen_rows <- function(filters, table, day, moment = NULL, ...) {
  session_conditions(
    filters,
    table,
    day,
    login = sprintf("%s.login_state", table),
    channel = sprintf("%s.channel", table),
    moment = moment,
    ...
  )
}

#' Returns the conditions on order lines, which have the order but not the session.
chosen_lines <- function(filters) {
  chosen_rows(
    filters,
    "line",
    "order_date",
    key = "(SELECT placed.session_key FROM clickstream_orders placed
        WHERE placed.order_id = line.order_id)"
  )
}

#' Returns the conditions on session_acquisition, which has the columns of all filters but products.
chosen_visits <- function(filters, table = "visit", day = "session_date") {
  alone <- filters
  alone$visitors <- "all"
  alone$devices <- alone$sources <- alone$campaigns <- character()
  paste0(chosen_rows(alone, table, day, moment = "started_at"), visit_conditions(filters, table))
}

#' Returns the values of each filter that occur in the days of the range.
filter_choices <- function(query, filters) {
  values <- filter_values(filters)
  origins <- query(
    "SELECT channel, source, campaign, sum(sessions) AS sessions FROM acquisition_daily
    WHERE day BETWEEN :from_day::date AND :to_day::date GROUP BY 1, 2, 3",
    values
  )
  by_sessions <- function(column) {
    kept <- origins[nzchar(origins[[column]]), , drop = FALSE]
    utils::head(by_total(kept[[column]], kept$sessions), 500)
  }
  list(
    channels = sort(unique(origins$channel), method = "radix"),
    devices = query(
      "SELECT device_category AS device FROM session_acquisition
      WHERE session_date BETWEEN :from_day::date AND :to_day::date AND device_category IS NOT NULL
      GROUP BY 1 ORDER BY count(*) DESC, 1",
      values
    )$device,
    sources = by_sessions("source"),
    campaigns = by_sessions("campaign"),
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
