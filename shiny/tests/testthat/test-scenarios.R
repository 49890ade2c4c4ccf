# Compares the numbers of the dashboards in eighteen choices of filters with SQL that reads events
# and sessions alone (tests/scenarios/scenarios.sql). The warehouses are not the seed: simulated
# traffic that the job loaded, and real events of a shop where they are at hand. .ci/shiny-test
# names them in DASHBOARDS_SCENARIO_DATABASES.

scenario_databases <- strsplit(Sys.getenv("DASHBOARDS_SCENARIO_DATABASES"), " ", fixed = TRUE)[[1]]

#' Opens a database and computes the numbers of the scenarios there.
open_scenarios <- function(database) {
  psql(
    database,
    "--single-transaction",
    "-f",
    file.path(root, "tests", "scenarios", "scenarios.sql")
  )
  settings <- warehouse_settings()
  plain <- DBI::dbConnect(
    RPostgreSQL::PostgreSQL(),
    host = settings$host,
    port = settings$port,
    user = settings$user,
    password = settings$password,
    dbname = database
  )
  DBI::dbExecute(plain, "SET client_encoding TO 'UTF8'")
  # Compiling costs more than it saves on few rows.
  DBI::dbExecute(plain, "SET jit TO off")
  of <- new_warehouse(named_database(database))
  list(
    ask = function(sql, values = list()) ask(of, sql, values),
    wanted = function(sql) {
      rows <- DBI::dbGetQuery(plain, sql)
      texts <- vapply(rows, is.character, NA)
      rows[texts] <- lapply(rows[texts], function(text) {
        Encoding(text) <- "UTF-8"
        text
      })
      rows
    },
    close = function() {
      DBI::dbDisconnect(plain)
      close_warehouse(of)
    }
  )
}

#' Returns the filters of each scenario, with all days loaded.
scenario_filters <- function(wanted) {
  rows <- wanted(
    "SELECT scenario, from_day::text AS from_day, to_day::text AS to_day, login, visitors,
      array_to_string(channels, '\r') AS channels, array_to_string(devices, '\r') AS devices,
      array_to_string(sources, '\r') AS sources, array_to_string(campaigns, '\r') AS campaigns,
      array_to_string(categories, '\r') AS categories, array_to_string(brands, '\r') AS brands
    FROM scenario.filters ORDER BY scenario"
  )
  days <- wanted(
    "SELECT min(session_date)::text AS first, max(session_date)::text AS last FROM scenario.people"
  )
  values <- function(text) if (is.na(text)) character() else strsplit(text, "\r", fixed = TRUE)[[1]]
  filters <- lapply(seq_len(nrow(rows)), function(i) {
    row <- rows[i, ]
    chosen <- lapply(row[names(value_filters)], values)
    resolve_days(
      do.call(
        new_filters,
        c(
          list(
            range = "custom",
            from = as.Date(row$from_day),
            to = as.Date(row$to_day),
            login = row$login,
            visitors = row$visitors
          ),
          chosen
        )
      ),
      days$first,
      days$last
    )
  })
  stats::setNames(filters, rows$scenario)
}

#' Expects the same rows by their keys, and the same numbers in the columns of `wanted`.
expect_same_rows <- function(found, wanted, keys, info) {
  key_of <- function(rows) {
    do.call(paste, c(list(rep("", nrow(rows))), lapply(keys, function(name) rows[[name]])))
  }
  expect_equal(sort(key_of(found)), sort(key_of(wanted)), info = info)
  found <- found[match(key_of(wanted), key_of(found)), , drop = FALSE]
  for (column in setdiff(names(wanted), keys)) {
    expect_equal(
      as.numeric(found[[column]]),
      as.numeric(wanted[[column]]),
      tolerance = 1e-9,
      info = paste(info, column)
    )
  }
}

visit_numbers <- "count(*) AS sessions, count(DISTINCT visitor_id) AS visitors,
  count(*) FILTER (WHERE is_new) AS new_visitors, count(*) FILTER (WHERE engaged) AS engaged,
  count(*) FILTER (WHERE converted) AS converted"
order_numbers <- "count(*) AS orders, count(revenue_minor) AS orders_with_revenue,
  sum(revenue_minor)::float8 AS revenue_minor"
own_orders <- "scenario.placed WHERE fits_channels AND fits_products"

#' One comparison: the rows of a function of the dashboards, and the SQL of all scenarios.
comparison <- function(keys, found, sql) list(keys = keys, found = found, sql = sql)

comparisons_of_visits <- list(
  totals = comparison(
    character(),
    function(ask, filters) overview_totals(ask, filters),
    sprintf(
      "SELECT scenario, %s, sum(page_views)::float8 AS page_views,
        sum(duration_s)::float8 AS duration_s,
        (SELECT count(*) FROM scenario.placed WHERE placed.scenario = visits.scenario
          AND fits_channels AND fits_products) AS orders
      FROM scenario.visits GROUP BY scenario",
      visit_numbers
    )
  ),
  sessions_page = comparison(
    character(),
    function(ask, filters) session_totals(ask, filters, scenario_zone(ask)),
    "SELECT scenario, count(*) AS sessions, count(DISTINCT visitor_id) AS visitors
    FROM scenario.visits GROUP BY scenario"
  ),
  hours = comparison(
    "at",
    function(ask, filters) trend(ask, filters, scenario_zone(ask), "hour"),
    "SELECT scenario,
      to_char(started_at AT TIME ZONE reporting_zone, 'YYYY-MM-DD HH24:00') AS at,
      count(*) AS sessions, count(DISTINCT visitor_id) AS visitors,
      count(*) FILTER (WHERE engaged) AS engaged, count(*) FILTER (WHERE converted) AS converted,
      sum(page_views)::float8 AS page_views
    FROM scenario.visits CROSS JOIN warehouse_settings GROUP BY 1, 2"
  ),
  channel_days = comparison(
    c("day", "channel"),
    function(ask, filters) channel_days(ask, filters),
    "SELECT scenario, session_date::text AS day, channel, count(*) AS sessions
    FROM scenario.visits GROUP BY 1, 2, 3"
  ),
  devices = comparison(
    "device",
    function(ask, filters) session_shares(visits_of_days(ask, filters), "device"),
    "SELECT scenario, CASE device WHEN '' THEN '(unknown)' ELSE device END AS device,
      count(*) AS sessions FROM scenario.visits GROUP BY 1, 2"
  ),
  events = comparison(
    c("day", "event_name"),
    function(ask, filters) event_days(ask, filters),
    "SELECT scenario, day::text AS day, name AS event_name, count(*) AS events
    FROM (
      SELECT wanted.scenario, wanted.from_day, wanted.to_day, event.canonical_name AS name,
        (event.occurred_at AT TIME ZONE reporting_zone)::date AS day
      FROM scenario.filters wanted CROSS JOIN warehouse_settings CROSS JOIN clickstream_events event
      JOIN clickstream_sessions session USING (session_key)
      WHERE NOT event.is_bot AND session.bot_reason IS DISTINCT FROM 'volume'
        AND (wanted.login = 'all' OR event.user_login_state = wanted.login)) event
    WHERE day BETWEEN from_day AND to_day GROUP BY 1, 2, 3"
  )
)

for (grain in names(day_grains)) {
  local({
    grain <- grain
    comparisons_of_visits[[paste("overview by", grain)]] <<- comparison(
      "at",
      function(ask, filters) {
        rows <- overview_periods(ask, filters, grain = grain)
        rows[rows$sessions + rows$orders > 0, ]
      },
      sprintf(
        "SELECT scenario, at, coalesce(sessions, 0) AS sessions,
          coalesce(visitors, 0) AS visitors, coalesce(engaged, 0) AS engaged,
          coalesce(converted, 0) AS converted, coalesce(page_views, 0) AS page_views,
          coalesce(orders, 0) AS orders
        FROM (
          SELECT scenario, date_trunc('%1$s', session_date::timestamp)::date::text AS at, %2$s,
            sum(page_views)::float8 AS page_views
          FROM scenario.visits GROUP BY 1, 2) visited
        FULL JOIN (
          SELECT scenario, date_trunc('%1$s', order_date::timestamp)::date::text AS at,
            count(*) AS orders
          FROM %3$s GROUP BY 1, 2) placed USING (scenario, at)",
        grain,
        visit_numbers,
        own_orders
      )
    )
    comparisons_of_visits[[paste("trend by", grain)]] <<- comparison(
      "at",
      function(ask, filters) {
        rows <- trend(ask, filters, scenario_zone(ask), grain)
        rows[rows$sessions > 0, ]
      },
      sprintf(
        "SELECT scenario, date_trunc('%s', session_date::timestamp)::date::text AS at, %s
        FROM scenario.visits GROUP BY 1, 2",
        grain,
        sub("\n.*is_new\\) AS new_visitors,", "\n", visit_numbers)
      )
    )
  })
}

comparisons_of_orders <- list(
  currencies = comparison(
    "currency",
    function(ask, filters) revenue_by_currency(ask, filters),
    sprintf("SELECT scenario, currency, %s FROM %s GROUP BY 1, 2", order_numbers, own_orders)
  ),
  days = comparison(
    c("day", "currency"),
    function(ask, filters) revenue_days(ask, filters),
    sprintf(
      "SELECT scenario, order_date::text AS day, currency, %s FROM %s GROUP BY 1, 2, 3",
      order_numbers,
      own_orders
    )
  ),
  attribution = comparison(
    c("model", "channel", "currency"),
    function(ask, filters) attributed(ask, filters),
    "SELECT scenario, model, channel, currency, sum(share) AS orders,
      sum(share * revenue_minor)::float8 AS revenue_minor
    FROM (
      SELECT placed.scenario, model.model, touch.channel, placed.currency, placed.revenue_minor,
        model.weight / sum(model.weight)
          OVER (PARTITION BY placed.scenario, model.model, touch.order_id) AS share
      FROM scenario.placed placed JOIN scenario.touches touch USING (order_id)
      CROSS JOIN LATERAL (VALUES
        ('first', (touch.touch = 1)::int::float8),
        ('last', (touch.touch = touch.touches)::int),
        ('linear', 1),
        ('position', CASE WHEN touch.touches <= 2 THEN 1
          WHEN touch.touch IN (1, touch.touches) THEN 0.4 ELSE 0.2 / (touch.touches - 2) END),
        ('time_decay', 0.5 ^ (extract(epoch FROM touch.ordered_at - touch.started_at)::float8
          / 604800))) model (model, weight)
      WHERE placed.fits_products) credited
    GROUP BY 1, 2, 3, 4"
  )
)

for (group in names(acquisition_groups)) {
  local({
    group <- group
    columns <- acquisition_groups[[group]]
    sql_of <- function(alias) {
      of_column <- function(column) {
        switch(
          column,
          landing_page = sprintf("coalesce(%s.landing_page_path, '') AS landing_page", alias),
          kind = sprintf("CASE %s.is_new WHEN TRUE THEN 'new' ELSE 'returning' END AS kind", alias),
          sprintf("%s.%s", alias, column)
        )
      }
      paste(vapply(columns, of_column, ""), collapse = ", ")
    }
    places <- paste(seq_along(columns) + 1, collapse = ", ")
    comparisons_of_visits[[paste("acquisition by", group)]] <<- comparison(
      columns,
      function(ask, filters) acquisition(ask, filters, group),
      sprintf(
        "SELECT scenario, %s, %s FROM scenario.visits visit GROUP BY 1, %s",
        sql_of("visit"),
        visit_numbers,
        places
      )
    )
    comparisons_of_orders[[paste("acquisition by", group)]] <<- comparison(
      c(columns, "currency"),
      function(ask, filters) acquired_orders(ask, filters, group),
      sprintf(
        "SELECT placed.scenario, %s, placed.currency, %s
        FROM (SELECT * FROM %s) placed JOIN scenario.people person USING (session_key)
        GROUP BY 1, %s, placed.currency",
        sql_of("person"),
        order_numbers,
        own_orders,
        places
      )
    )
  })
}

comparisons_of_ways <- list(
  pages = comparison(
    "page_path",
    function(ask, filters) page_report(ask, filters),
    "SELECT scenario, page_path, sum(views)::float8 AS views, count(DISTINCT viewer) AS visitors,
      count(DISTINCT viewed) AS sessions, sum(entries)::float8 AS entries,
      sum(exits)::float8 AS exits, sum(bounces)::float8 AS bounces,
      count(DISTINCT viewed) FILTER (WHERE converted) AS converted
    FROM (
      SELECT visit.scenario, step.page_path, 1 AS views, visit.visitor_id AS viewer,
        visit.session_key AS viewed, 0 AS entries, 0 AS exits, 0 AS bounces, visit.converted
      FROM scenario.visits visit JOIN scenario.steps step USING (session_key)
      WHERE step.is_view AND step.page_path IS NOT NULL
      UNION ALL
      SELECT scenario, landing_page_path, 0, NULL, NULL, 1, 0, (NOT engaged)::int, NULL
      FROM scenario.visits WHERE landing_page_path IS NOT NULL
      UNION ALL
      SELECT scenario, exit_page_path, 0, NULL, NULL, 0, 1, 0, NULL
      FROM scenario.visits WHERE exit_page_path IS NOT NULL) part
    GROUP BY 1, 2"
  ),
  page_revenue = comparison(
    c("page_path", "currency"),
    function(ask, filters) page_revenue(ask, filters),
    sprintf(
      "SELECT scenario, page_path, currency, %s
      FROM (SELECT * FROM %s) placed JOIN (
        SELECT DISTINCT session_key, page_path FROM scenario.steps
        WHERE is_view AND page_path IS NOT NULL) viewed USING (session_key)
      GROUP BY 1, 2, 3",
      order_numbers,
      own_orders
    )
  ),
  visitor_funnel = comparison(
    "step",
    function(ask, filters) funnel_counts(ask, filters, "purchase", "visitor"),
    "SELECT wanted.scenario, funnel.step::int AS step,
      (SELECT count(DISTINCT visitor_id) FROM scenario.visitor_taken taken
        WHERE taken.step = funnel.step AND taken.day BETWEEN wanted.from_day AND wanted.to_day)
        AS closed,
      (SELECT count(DISTINCT visitor_id) FROM scenario.visitor_steps had
        WHERE had.name = ANY (funnel.event_names)
          AND had.day BETWEEN wanted.from_day AND wanted.to_day) AS opened
    FROM scenario.filters wanted CROSS JOIN funnel_steps funnel WHERE funnel.funnel = 'purchase'"
  ),
  retention = comparison(
    c("cohort_week", "week_number"),
    function(ask, filters) retention(ask, filters),
    "WITH came AS (
      SELECT DISTINCT first.scenario, date_trunc('week', first.session_date)::date AS cohort,
        date_trunc('week', person.session_date)::date AS week, person.visitor_id
      FROM (
        SELECT chosen.scenario, first.visitor_id, first.session_date
        FROM scenario.chosen chosen JOIN scenario.people first USING (session_key)
        WHERE first.is_new AND chosen.fits_channels AND chosen.fits_products) first
      JOIN scenario.people person USING (visitor_id))
    SELECT cohort.scenario, cohort.cohort::text AS cohort_week, number AS week_number,
      cohort.visitors AS cohort_visitors,
      CASE WHEN cohort.cohort + 7 * number + 6 <= last_whole THEN (
        SELECT count(*) FROM came WHERE came.scenario = cohort.scenario
          AND came.cohort = cohort.cohort AND came.week = cohort.cohort + 7 * number) END
        AS visitors
    FROM (
      SELECT came.scenario, cohort, count(DISTINCT visitor_id) AS visitors
      FROM came JOIN scenario.filters wanted USING (scenario)
      WHERE cohort BETWEEN date_trunc('week', wanted.to_day)::date - 84 AND wanted.to_day
      GROUP BY 1, 2) cohort
    CROSS JOIN (
      SELECT max((occurred_at AT TIME ZONE reporting_zone)::date) AS today
      FROM clickstream_events CROSS JOIN warehouse_settings) loaded
    CROSS JOIN (
      SELECT max(day) AS last_whole FROM v_loaded_days WHERE is_complete) ledger
    CROSS JOIN LATERAL generate_series(0, least((today - cohort.cohort) / 7, 12)) AS number"
  )
)

for (funnel in c("purchase", "full")) {
  local({
    funnel <- funnel
    entered <- sprintf(
      "(SELECT chosen.scenario, taken.step, taken.at, person.*, before.at AS before
      FROM scenario.chosen chosen
      JOIN scenario.people person USING (session_key)
      JOIN scenario.filters wanted USING (scenario)
      CROSS JOIN warehouse_settings
      JOIN scenario.taken entry USING (session_key)
      JOIN scenario.taken taken ON taken.session_key = entry.session_key
        AND taken.funnel = entry.funnel
      LEFT JOIN scenario.taken before ON before.session_key = entry.session_key
        AND before.funnel = entry.funnel AND before.step = taken.step - 1
      WHERE chosen.fits_channels AND chosen.fits_products AND entry.funnel = '%s'
        AND entry.step = 1
        AND (entry.at AT TIME ZONE reporting_zone)::date
          BETWEEN wanted.from_day AND wanted.to_day)",
      funnel
    )
    comparisons_of_ways[[paste("funnel", funnel)]] <<- comparison(
      "step",
      function(ask, filters) funnel_counts(ask, filters, funnel, "session"),
      sprintf(
        "WITH entered AS MATERIALIZED %s
        SELECT wanted.scenario, funnel.step::int AS step,
          (SELECT count(*) FROM entered
            WHERE entered.scenario = wanted.scenario AND entered.step = funnel.step) AS closed,
          (SELECT count(*) FROM scenario.visits visit WHERE visit.scenario = wanted.scenario
            AND EXISTS (SELECT FROM scenario.steps had WHERE had.session_key = visit.session_key
              AND had.name = ANY (funnel.event_names))) AS opened,
          (SELECT floor(extract(epoch FROM
              percentile_disc(0.5) WITHIN GROUP (ORDER BY entered.at - entered.before)))::float8
            FROM entered WHERE entered.scenario = wanted.scenario AND entered.step = funnel.step)
            AS median_s
        FROM scenario.filters wanted CROSS JOIN funnel_steps funnel WHERE funnel.funnel = '%s'",
        entered,
        funnel
      )
    )
    if (funnel == "purchase") {
      for (by in c("channel", "login_state", "device", "campaign")) {
        local({
          by <- by
          comparisons_of_ways[[paste("funnel by", by)]] <<- comparison(
            "segment",
            function(ask, filters) funnel_segments(ask, filters, funnel, by),
            sprintf(
              "SELECT scenario, %s AS segment, count(*) FILTER (WHERE step = 1) AS step_1,
                count(*) FILTER (WHERE step = 2) AS step_2,
                count(*) FILTER (WHERE step = 3) AS step_3,
                count(*) FILTER (WHERE step = 4) AS step_4
              FROM %s entered GROUP BY 1, 2",
              if (by == "login_state") "login" else by,
              entered
            )
          )
        })
      }
    }
  })
}

for (kind in names(journey_kinds)) {
  local({
    kind <- kind
    ways <- sprintf(
      "(SELECT visit.scenario, visit.converted, way.session_key, way.path
      FROM scenario.visits visit JOIN scenario.paths way USING (session_key)
      WHERE way.kind = '%s')",
      kind
    )
    comparisons_of_ways[[paste("paths by", kind)]] <<- comparison(
      "path",
      function(ask, filters) top_paths(ask, filters, kind),
      sprintf(
        "SELECT scenario, array_to_string(path[1:6], ' → ') AS path, count(*) AS sessions,
          count(*) FILTER (WHERE converted) AS converted
        FROM %s way GROUP BY 1, 2",
        ways
      )
    )
    comparisons_of_ways[[paste("transitions by", kind)]] <<- comparison(
      c("from_step", "to_step"),
      function(ask, filters) top_transitions(ask, filters, kind),
      sprintf(
        "SELECT scenario, path[n] AS from_step, path[n + 1] AS to_step, count(*) AS transitions,
          count(DISTINCT session_key) AS sessions
        FROM %s way CROSS JOIN LATERAL generate_series(1, cardinality(path) - 1) AS n
        GROUP BY 1, 2, 3",
        ways
      )
    )
  })
}

for (dimension in names(dimensions)) {
  local({
    dimension <- dimension
    column <- dimension_columns[[dimension]]
    # Here the filters for category and brand choose the products.
    touched <- sprintf(
      "(SELECT chosen.scenario, coalesce(touch.%s, '') AS value, touch.*
      FROM scenario.chosen chosen
      JOIN scenario.people person USING (session_key)
      JOIN scenario.filters wanted USING (scenario)
      JOIN scenario.touched touch USING (session_key)
      WHERE chosen.fits_channels AND person.session_date BETWEEN wanted.from_day AND wanted.to_day
        AND (wanted.categories IS NULL OR touch.category = ANY (wanted.categories))
        AND (wanted.brands IS NULL OR touch.brand = ANY (wanted.brands)))",
      column
    )
    sold <- sprintf(
      "(SELECT placed.scenario, coalesce(line.%s, '') AS value, line.*
      FROM scenario.placed placed
      JOIN scenario.filters wanted USING (scenario)
      JOIN scenario.lines line USING (order_id)
      WHERE placed.fits_channels
        AND (wanted.categories IS NULL OR line.category = ANY (wanted.categories))
        AND (wanted.brands IS NULL OR line.brand = ANY (wanted.brands)))",
      column
    )
    comparisons_of_ways[[paste("engagement by", dimension)]] <<- comparison(
      "value",
      function(ask, filters) engagement(ask, filters, dimension),
      sprintf(
        "SELECT scenario, value, coalesce(views, 0) AS views, coalesce(visitors, 0) AS visitors,
          coalesce(view_sessions, 0) AS view_sessions, coalesce(cart_adds, 0) AS cart_adds,
          coalesce(cart_removes, 0) AS cart_removes, coalesce(cart_sessions, 0) AS cart_sessions,
          coalesce(wishlist_toggles, 0) AS wishlist_toggles, coalesce(shares, 0) AS shares,
          coalesce(orders, 0) AS orders, coalesce(quantity, 0) AS quantity
        FROM (
          SELECT scenario, value, sum(views)::float8 AS views,
            count(DISTINCT visitor_id) FILTER (WHERE views > 0) AS visitors,
            count(DISTINCT session_key) FILTER (WHERE views > 0) AS view_sessions,
            sum(cart_adds)::float8 AS cart_adds, sum(cart_removes)::float8 AS cart_removes,
            count(DISTINCT session_key) FILTER (WHERE cart_adds > 0) AS cart_sessions,
            sum(wishlist_toggles)::float8 AS wishlist_toggles, sum(shares)::float8 AS shares
          FROM %s touched GROUP BY 1, 2) counted
        FULL JOIN (
          SELECT scenario, value, count(DISTINCT order_id) AS orders,
            sum(quantity)::float8 AS quantity
          FROM %s sold GROUP BY 1, 2) sold USING (scenario, value)",
        touched,
        sold
      )
    )
    comparisons_of_orders[[paste("lines by", dimension)]] <<- comparison(
      c("value", "currency"),
      function(ask, filters) line_revenue(ask, filters, dimension),
      sprintf(
        "SELECT scenario, value, currency, count(DISTINCT order_id) AS orders,
          count(revenue_minor) AS lines_with_revenue,
          round(sum(revenue_minor))::float8 AS revenue_minor
        FROM %s sold GROUP BY 1, 2, 3",
        sold
      )
    )
  })
}

days_of_scenarios <- "scenario.filters wanted JOIN (
    SELECT event.*, (event.occurred_at AT TIME ZONE reporting_zone)::date AS day,
      trunc(extract(epoch FROM event.event_timestamp - event.occurred_at) * 1000) AS lag_ms,
      event.canonical_name IN ('product_view', 'add_to_cart_click', 'remove_from_cart_click')
        AS of_product
    FROM event_details event CROSS JOIN warehouse_settings
    JOIN clickstream_sessions session USING (session_key)
    WHERE session.bot_reason IS DISTINCT FROM 'volume') event ON day BETWEEN from_day AND to_day"

own_of_scenarios <- own_steps(
  "page:/* > event:add_to_cart_click > event:checkout_start|checkout_complete"
)

comparisons_of_the_rest <- list(
  bots = comparison(
    character(),
    function(ask, filters) data.frame(sessions = bots_left_out(ask, filters)),
    "SELECT scenario, count(session_key) AS sessions
    FROM scenario.filters LEFT JOIN clickstream_sessions
      ON is_bot AND session_date BETWEEN from_day AND to_day GROUP BY scenario"
  ),
  `list of sessions` = comparison(
    "session_key",
    function(ask, filters) recent_sessions(ask, filters, scenario_zone(ask)),
    "SELECT scenario, session_key::text AS session_key, duration_s, page_views AS page_view_count,
      (SELECT count(*) FROM clickstream_events event
        WHERE event.session_key = visits.session_key) AS event_count
    FROM scenario.visits"
  ),
  `own steps` = comparison(
    "step",
    function(ask, filters) own_counts(ask, filters, own_of_scenarios),
    "SELECT wanted.scenario, number.step, count(taken.step) AS closed,
      count(*) FILTER (WHERE EXISTS (SELECT FROM scenario.own_steps own
        WHERE own.session_key = visit.session_key AND own.step = number.step)) AS opened,
      floor(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (
        ORDER BY taken.at - before.at)))::float8 AS median_s
    FROM scenario.filters wanted
    CROSS JOIN generate_series(1, 3) number (step)
    LEFT JOIN scenario.visits visit USING (scenario)
    LEFT JOIN scenario.own_taken taken
      ON taken.session_key = visit.session_key AND taken.step = number.step
    LEFT JOIN scenario.own_taken before
      ON before.session_key = visit.session_key AND before.step = number.step - 1
    GROUP BY 1, 2"
  ),
  `orders with lines` = comparison(
    character(),
    function(ask, filters) orders_with_lines(ask, filters),
    "SELECT scenario, count(*) FILTER (WHERE fits_channels) AS orders,
      count(*) FILTER (WHERE fits_channels AND EXISTS (
        SELECT FROM scenario.lines WHERE lines.order_id = placed.order_id)) AS with_lines
    FROM scenario.filters LEFT JOIN scenario.placed USING (scenario) GROUP BY scenario"
  ),
  `missing values` = comparison(
    "day",
    function(ask, filters) missing_values(ask, filters),
    sprintf(
      "SELECT scenario, day::text AS day, count(*) AS events,
        count(*) - count(client_id) AS without_client_id,
        count(*) - count(session_id) AS without_session_id,
        count(*) - count(user_login_state) AS without_login_state,
        count(*) - count(page_url) AS without_page_url,
        count(*) - count(user_agent) AS without_user_agent,
        count(*) FILTER (WHERE canonical_name = 'unknown') AS unknown_names,
        count(*) FILTER (WHERE of_product) AS product_events,
        count(*) FILTER (WHERE of_product AND context_product_id IS NULL) AS without_product_id,
        count(*) FILTER (WHERE of_product AND context_product_price IS NULL)
          AS without_product_price,
        count(*) FILTER (WHERE lag_ms >= 1000) AS queued_events
      FROM %s GROUP BY 1, 2",
      days_of_scenarios
    )
  ),
  lag = comparison(
    "hour",
    function(ask, filters) lags(ask, filters, scenario_zone(ask)),
    sprintf(
      "SELECT scenario, hour, count(*) AS events,
        (array_agg(lag_ms ORDER BY lag_ms))[ceil(count(*) * 0.5)]::float8 AS median_lag_ms,
        (array_agg(lag_ms ORDER BY lag_ms))[ceil(count(*) * 0.95)]::float8 AS p95_lag_ms
      FROM (
        SELECT scenario, lag_ms,
          to_char(occurred_at AT TIME ZONE reporting_zone, 'YYYY-MM-DD HH24:00') AS hour
        FROM %s CROSS JOIN warehouse_settings) lag GROUP BY 1, 2",
      days_of_scenarios
    )
  ),
  `keys of properties` = comparison(
    "key",
    function(ask, filters) property_keys(ask, filters),
    sprintf(
      "SELECT scenario, key, count(*) AS events
      FROM %s CROSS JOIN LATERAL jsonb_object_keys(event.properties) AS key
      WHERE NOT event.is_bot GROUP BY 1, 2",
      days_of_scenarios
    )
  )
)

for (kind in names(journey_kinds)) {
  local({
    kind <- kind
    comparisons_of_the_rest[[paste("flow by", kind)]] <<- comparison(
      c("place", "from_step", "to_step"),
      function(ask, filters) flow(ask, filters, kind),
      sprintf(
        "SELECT scenario, place, path[place] AS from_step,
          coalesce(path[place + 1], '(end)') AS to_step, count(*) AS sessions
        FROM scenario.visits JOIN scenario.paths USING (session_key)
        CROSS JOIN generate_series(1, 4) AS place
        WHERE kind = '%s' AND place <= cardinality(path) GROUP BY 1, 2, 3, 4",
        kind
      )
    )
  })
}

#' Returns the orders that a first-order Markov chain credits to each channel, and the removal
#' effects, from rows (visitor_id, channel, bought) in the order of time.
markov_credits <- function(sessions) {
  journey <- stats::ave(
    as.integer(sessions$bought),
    sessions$visitor_id,
    FUN = function(bought) cumsum(c(0, utils::head(bought, -1)))
  )
  moves <- do.call(
    rbind,
    lapply(
      split(sessions, paste(sessions$visitor_id, journey), drop = TRUE),
      function(one) {
        end <- if (utils::tail(one$bought, 1)) "(conversion)" else "(null)"
        cbind(c("(start)", one$channel), c(one$channel, end))
      }
    )
  )
  channels <- sort(unique(sessions$channel))
  chance <- unclass(prop.table(
    table(factor(moves[, 1], c("(start)", channels)), moves[, 2]),
    1
  ))
  # The probabilities of a conversion solve p = A p + b; a removed channel leads nowhere.
  conversion <- function(removed = character()) {
    kept <- setdiff(channels, removed)
    among <- chance[c("(start)", kept), intersect(kept, colnames(chance)), drop = FALSE]
    all <- matrix(0, length(kept) + 1, length(kept) + 1)
    dimnames(all) <- list(c("(start)", kept), c("(start)", kept))
    all[, colnames(among)] <- among
    ends <- if ("(conversion)" %in% colnames(chance)) {
      chance[c("(start)", kept), "(conversion)"]
    } else {
      rep(0, length(kept) + 1)
    }
    solve(diag(length(kept) + 1) - all, ends)[[1]]
  }
  whole <- conversion()
  effect <- vapply(
    channels,
    function(channel) if (whole > 0) 1 - conversion(channel) / whole else 0,
    0
  )
  data.frame(channel = channels, removal_effect = effect, share = effect / sum(effect))
}

scenario_zone <- function(ask) ask("SELECT reporting_zone() AS zone")$zone

test_that("there is a warehouse that is not the seed", {
  expect_gt(length(scenario_databases), 0)
  expect_false(seeded %in% scenario_databases)
})

for (database in scenario_databases) {
  local({
    opened <- open_scenarios(database)
    on.exit(opened$close(), add = TRUE)
    filters <- scenario_filters(opened$wanted)

    test_that(paste("the scenarios choose different sessions:", database), {
      sizes <- opened$wanted(
        "SELECT scenario, count(*) AS sessions FROM scenario.visits GROUP BY 1 ORDER BY 1"
      )
      expect_setequal(sizes$scenario, names(filters))
      if (database == scenario_databases[1]) {
        expect_equal(length(filters), 18)
        expect_equal(anyDuplicated(sizes$sessions), 0)
        expect_true(all(sizes$sessions >= 10))
      } else {
        expect_gt(length(filters), 8)
      }
    })

    compare_all <- function(comparisons) {
      for (name in names(comparisons)) {
        one <- comparisons[[name]]
        rows <- opened$wanted(one$sql)
        # The real events have no order lines, and pages of products only.
        if (database == scenario_databases[1]) {
          expect_gt(nrow(rows), 0)
        }
        for (scenario in names(filters)) {
          wanted <- rows[rows$scenario == scenario, setdiff(names(rows), "scenario"), drop = FALSE]
          found <- one$found(opened$ask, filters[[scenario]])
          expect_same_rows(found, wanted, one$keys, paste(name, "in scenario", scenario))
        }
      }
    }

    test_that(paste("sessions and visitors are those of events and sessions:", database), {
      compare_all(comparisons_of_visits)
    })

    test_that(paste("orders and revenue are those of events:", database), {
      compare_all(comparisons_of_orders)
    })

    test_that(paste("pages, funnels, paths and products are those of events:", database), {
      compare_all(comparisons_of_ways)
    })

    test_that(paste("the other numbers of the pages are those of events:", database), {
      compare_all(comparisons_of_the_rest)
    })

    test_that(paste("customers and their scores are those of orders:", database), {
      wanted <- opened$wanted(
        "WITH customer AS (
          SELECT customer, currency, count(*) AS orders,
            sum(revenue_minor)::float8 AS revenue_minor,
            (SELECT max((occurred_at AT TIME ZONE reporting_zone)::date)
              FROM clickstream_events CROSS JOIN warehouse_settings) - max(order_date)
              AS recency_days
          FROM scenario.orders GROUP BY 1, 2)
        SELECT one.*,
          5 - 5 * count(*) FILTER (WHERE other.recency_days < one.recency_days) / count(*)
            AS recency_score,
          1 + 5 * count(*) FILTER (WHERE other.orders < one.orders) / count(*) AS frequency_score,
          CASE WHEN one.revenue_minor IS NOT NULL THEN
            1 + 5 * count(*) FILTER (WHERE other.revenue_minor < one.revenue_minor)
              / nullif(count(other.revenue_minor), 0) END AS monetary_score
        FROM customer one JOIN customer other USING (currency)
        GROUP BY one.customer, one.currency, one.orders, one.revenue_minor, one.recency_days"
      )
      expect_gt(nrow(wanted), 0)
      expect_same_rows(customer_rows(opened$ask), wanted, c("customer", "currency"), "customers")
    })

    test_that(paste("Markov's credits are those of the journeys:", database), {
      for (scenario in names(filters)) {
        days <- filters[[scenario]]
        sessions <- opened$wanted(sprintf(
          "SELECT visitor_id, channel, converted AND EXISTS (
            SELECT FROM scenario.orders placed WHERE placed.session_key = person.session_key)
            AS bought
          FROM scenario.people person WHERE session_date BETWEEN '%s' AND '%s'
          ORDER BY visitor_id, started_at",
          days$from,
          days$to
        ))
        orders <- opened$wanted(sprintf(
          "SELECT count(*) AS orders FROM scenario.orders
          WHERE order_date BETWEEN '%s' AND '%s'",
          days$from,
          days$to
        ))$orders
        credits <- markov_credits(sessions)
        credits$orders <- credits$share * orders
        wanted <- credits[is.finite(credits$orders) & credits$orders > 0, ]
        expect_same_rows(
          attributed_by_markov(opened$ask, days),
          wanted[c("channel", "removal_effect", "orders")],
          "channel",
          paste("Markov in scenario", scenario)
        )
      }
    })

    test_that(paste("the live numbers are those of events:", database), {
      last <- opened$wanted(
        "SELECT to_char(max(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS at
        FROM clickstream_events WHERE NOT is_bot"
      )$at
      for (later_s in c(10, 200)) {
        moment <- live_moment(as.POSIXct(last, tz = "UTC") + later_s)
        wanted <- opened$wanted(sprintf(
          "SELECT count(*) FILTER (
              WHERE event.occurred_at >= span.first
                AND event.occurred_at < span.first + '30 minutes')
              AS events,
            (SELECT count(DISTINCT session.visitor_id) FROM clickstream_sessions session
              WHERE NOT session.is_bot AND session.ended_at >= span.moment - interval '5 minutes')
              AS visitors,
            (SELECT count(*) FROM scenario.orders
              WHERE order_date = (span.moment AT TIME ZONE reporting_zone)::date) AS orders
          FROM (SELECT moment, date_trunc('minute', moment) - interval '29 minutes' AS first
            FROM (SELECT '%s'::timestamptz AS moment) given) span
          CROSS JOIN warehouse_settings
          CROSS JOIN clickstream_events event JOIN clickstream_sessions session USING (session_key)
          WHERE NOT event.is_bot AND session.bot_reason IS DISTINCT FROM 'volume'
          GROUP BY span.moment, reporting_zone",
          moment
        ))
        found <- live_numbers(opened$ask, moment)
        expect_equal(sum(found$events), wanted$events)
        expect_equal(found$visitors[1], wanted$visitors)
        expect_equal(found$orders[1], wanted$orders)
      }
    })

    test_that(paste("earlier periods end at the same minute:", database), {
      ends <- filters[["1"]]
      loaded <- all_complete(ends$from, ends$to)
      last <- nrow(loaded)
      loaded[last, c("complete", "until_time", "end_time")] <- list(
        FALSE,
        "01:29",
        "01:30:00.000000"
      )
      span <- day_count(ends)
      for (compare in c("previous", "year", "custom")) {
        days <- max(1, min(3, span %/% 2))
        now <- resolve_days(
          new_filters(
            range = "custom",
            from = ends$to - days + 1,
            to = ends$to,
            compare = compare,
            compare_from = ends$from
          ),
          ends$from,
          ends$to,
          loaded
        )
        before <- compared_period(now, loaded)
        from <- switch(
          compare,
          previous = ends$to - 2 * days + 1,
          year = ends$to - days + 1 - 364,
          custom = ends$from
        )
        cut <- sprintf(
          "(timestamp '%s 01:30' AT TIME ZONE reporting_zone)",
          format(from + days - 1)
        )
        wanted <- opened$wanted(sprintf(
          "SELECT %1$s, coalesce(sum(page_views), 0)::float8 AS page_views,
            (SELECT count(*) FROM scenario.orders WHERE order_date >= '%2$s' AND ordered_at < %3$s)
              AS orders
          FROM scenario.people CROSS JOIN warehouse_settings
          WHERE session_date >= '%2$s' AND started_at < %3$s
          GROUP BY reporting_zone",
          visit_numbers,
          format(from),
          cut
        ))
        found <- overview_totals(opened$ask, before)
        if (nrow(wanted) == 0) {
          expect_equal(found$sessions, 0)
        } else {
          expect_same_rows(found, wanted, character(), compare)
        }
      }
    })
  })
}
