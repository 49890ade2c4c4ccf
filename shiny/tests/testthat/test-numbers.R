# Compares each number with plain R on all sessions and events, for several sets of filters.

for_each_filter <- function(check) {
  for (name in setdiff(names(some_filters), "nobody")) {
    check(some_filters[[name]], name)
  }
}

in_days <- function(day, filters) day >= format(filters$from) & day <= format(filters$to)

#' Returns the times of steps completed in order, from the ordered events of a session or visitor.
steps_taken <- function(names, times, steps, within = Inf) {
  taken <- numeric()
  for (i in seq_along(names)) {
    following <- length(taken) + 1
    if (
      following <= length(steps) &&
        names[i] %in% steps[[following]] &&
        (following == 1 || times[i] - taken[1] <= within)
    ) {
      taken <- c(taken, times[i])
    }
  }
  taken
}

funnels <- list(
  purchase = list("product_view", "add_to_cart_click", "checkout_start", "checkout_complete"),
  full = list(
    c("home_view", "category_view"),
    "product_view",
    "add_to_cart_click",
    "checkout_start",
    "checkout_complete"
  )
)

#' Returns the median as percentile_disc(0.5) does: a value that occurs.
lower_median <- function(values) {
  if (length(values) == 0) NA_real_ else floor(sort(values)[ceiling(length(values) / 2)])
}

people_events <- all_events[
  all_events$session_key %in% all_sessions$session_key[!all_sessions$is_bot],
]
by_session <- split(people_events, people_events$session_key)

test_that("the filters of these tests select different, non-empty sets of sessions", {
  sizes <- vapply(some_filters, function(filters) nrow(passing(filters)), 0)
  expect_true(all(sizes[names(sizes) != "nobody"] > 5))
  expect_equal(sizes[["nobody"]], 0)
  expect_equal(length(unique(sizes)), length(sizes))
})

test_that("without matching sessions, numbers are 0 and tables are empty", {
  nobody <- some_filters$nobody
  expect_true(all(unlist(overview_totals(query, nobody)) == 0))
  expect_equal(sum(overview_periods(query, nobody)$sessions), 0)
  expect_equal(sum(funnel_counts(query, nobody, "purchase", "session")$closed), 0)
  for (rows in list(
    revenue_by_currency(query, nobody),
    revenue_days(query, nobody),
    session_shares(visits_of_days(query, nobody), "device"),
    trend(query, nobody, zone, "hour"),
    week_pattern(visits_of_hours(query, nobody, zone), nobody),
    funnel_segments(query, nobody, "purchase", "channel"),
    flow(query, nobody, "page"),
    top_paths(query, nobody, "page"),
    top_transitions(query, nobody, "page"),
    page_report(query, nobody),
    page_revenue(query, nobody),
    acquired_orders(query, nobody, "landing"),
    engagement(query, nobody, "product"),
    line_revenue(query, nobody, "brand"),
    acquisition(query, nobody, "channel"),
    channel_days(query, nobody),
    retention(query, nobody),
    recent_sessions(query, nobody, zone)
  )) {
    expect_equal(nrow(rows), 0)
  }
})

test_that("overview: totals", {
  for_each_filter(function(filters, name) {
    rows <- passing(filters)
    found <- overview_totals(query, filters)
    first <- all_sessions[
      !all_sessions$is_bot & !duplicated(ifelse(all_sessions$is_bot, NA, all_sessions$visitor_id)),
    ]
    expect_equal(found$visitors, length(unique(rows$visitor_id)), info = name)
    expect_equal(found$sessions, nrow(rows), info = name)
    expect_equal(found$engaged, sum(rows$is_engaged), info = name)
    expect_equal(found$converted, sum(rows$is_converted), info = name)
    expect_equal(found$page_views, sum(rows$page_view_count), info = name)
    expect_equal(found$duration_s, sum(rows$duration_s), info = name)
    expect_equal(found$new_visitors, sum(rows$session_key %in% first$session_key), info = name)
    expect_equal(found$orders, nrow(passing_orders(filters)), info = name)
  })
})

test_that("overview: days add up to the sessions, and every day has a row", {
  for_each_filter(function(filters, name) {
    rows <- passing(filters)
    orders <- passing_orders(filters)
    all_days <- format(seq(filters$from, filters$to, by = "day"))
    for (grain in names(day_grains)) {
      days <- overview_periods(query, filters, grain = grain)
      at <- unique(period_of(all_days, grain))
      of <- function(rows) factor(period_of(rows$day, grain), at)
      expect_equal(days$at, at, info = name)
      expect_equal(days$sessions, as.vector(table(of(rows))), info = name)
      visitors <- vapply(split(rows$visitor_id, of(rows)), function(ids) length(unique(ids)), 0L)
      expect_equal(days$visitors, unname(visitors), info = name)
      expect_equal(days$orders, as.vector(table(of(orders))), info = name)
    }
  })
})

test_that("overview: revenue per currency", {
  for_each_filter(function(filters, name) {
    orders <- passing_orders(filters)
    found <- revenue_by_currency(query, filters)
    wanted <- tapply(orders$revenue, orders$currency, sum)
    expect_equal(
      stats::setNames(found$revenue_minor, found$currency)[names(wanted)],
      stats::setNames(as.vector(wanted), names(wanted)),
      info = name
    )
    expect_equal(nrow(found), length(wanted), info = name)
    expect_equal(
      sum(revenue_days(query, filters)$revenue_minor),
      sum(found$revenue_minor),
      info = name
    )
  })
})

test_that("overview: shares and bots", {
  for_each_filter(function(filters, name) {
    rows <- passing(filters)
    channels <- session_shares(visits_of_days(query, filters), "channel")
    expect_equal(
      stats::setNames(channels$sessions, channels$channel),
      unclass(table(rows$channel))[channels$channel] |> c(),
      info = name
    )
    expect_equal(sum(channels$sessions), nrow(rows), info = name)
  })
  bots <- all_sessions[all_sessions$is_bot & in_days(all_sessions$day, four_weeks), ]
  expect_gt(nrow(bots), 0)
  expect_equal(bots_left_out(query, four_weeks), nrow(bots))
  expect_equal(
    bots_left_out(query, some_filters$laptops),
    sum(all_sessions$is_bot & in_days(all_sessions$day, some_filters$laptops))
  )
  expect_equal(bots_left_out(query, some_filters$guests), nrow(bots))
})

test_that("trends: days, hours, and weekday by hour", {
  for_each_filter(function(filters, name) {
    rows <- passing(filters)
    for (grain in c("day", "week", "month", "hour")) {
      at <- if (grain == "hour") {
        paste0(substr(rows$started_text, 1, 13), ":00")
      } else {
        period_of(rows$day, grain)
      }
      found <- trend(query, filters, zone, grain)
      # Periods without a session have a row, hours have none.
      expect_equal(sum(found$sessions), nrow(rows), info = name)
      found <- found[found$sessions > 0, ]
      expect_equal(found$at, sort(unique(at)), info = name)
      expect_equal(found$sessions, as.vector(table(at)), info = name)
      expect_equal(
        found$visitors,
        as.vector(tapply(rows$visitor_id, at, function(ids) length(unique(ids)))),
        info = name,
        ignore_attr = TRUE
      )
    }
    pattern <- week_pattern(visits_of_hours(query, filters, zone), filters)
    expect_equal(sum(pattern$sessions), nrow(rows), info = name)
    mondays <- sum(format(seq(filters$from, filters$to, by = "day"), "%u") == "1")
    nine <- pattern[pattern$weekday == 1 & pattern$hour == 20, ]
    # The whole range is loaded.
    if (nrow(nine) == 1) {
      expect_equal(
        nine$average,
        sum(format(as.Date(rows$day), "%u") == "1" & substr(rows$started_text, 12, 13) == "20") /
          mondays,
        info = name
      )
    }
  })
})

test_that("trends: events by name use the days and the login state of the event", {
  rows <- people_events[!people_events$is_bot & in_days(people_events$day, four_weeks), ]
  expect_equal(sum(event_days(query, four_weeks)$events), nrow(rows))
  guests <- event_days(query, some_filters$guests)
  expect_equal(sum(guests$events), sum(rows$user_login_state %in% "guest"))
  expect_equal(
    sum(guests$events[guests$event_name == "product_view"]),
    sum(rows$user_login_state %in% "guest" & rows$event_name == "product_view")
  )
})

test_that("trends: an unusual day is marked", {
  days <- unusual_days(query, four_weeks)
  expect_equal(days$day[which.max(days$robust_z)], "2026-11-11")
})

test_that("funnel per session: closed count, open count and medians", {
  for_each_filter(function(filters, name) {
    for (funnel in names(funnels)) {
      steps <- funnels[[funnel]]
      kept <- by_session[passes(names(by_session), filters)]
      taken <- lapply(kept, function(events) steps_taken(events$event_name, events$at, steps))
      entered <- vapply(
        kept,
        function(events) events$day[match(TRUE, events$event_name %in% steps[[1]])],
        ""
      )
      taken <- taken[!is.na(entered) & in_days(entered, filters)]
      started <- all_sessions$day[match(names(kept), all_sessions$session_key)]
      found <- funnel_counts(query, filters, funnel, "session")
      expect_equal(
        found$closed,
        vapply(seq_along(steps), function(step) sum(lengths(taken) >= step), 0L),
        info = name
      )
      expect_equal(
        found$opened,
        vapply(
          steps,
          function(names) {
            sum(vapply(
              kept[in_days(started, filters)],
              function(events) any(events$event_name %in% names),
              NA
            ))
          },
          0L
        ),
        info = name
      )
      medians <- vapply(
        seq_along(steps)[-1],
        function(step) {
          lower_median(vapply(
            taken[lengths(taken) >= step],
            function(at) at[step] - at[step - 1],
            0
          ))
        },
        0
      )
      expect_equal(found$median_s, c(NA, medians), info = name)
    }
  })
})

test_that("funnel per visitor: each counts once, by the entry that went furthest in 14 days", {
  steps <- funnels$purchase
  for (name in c("everything", "four_weeks", "two_days")) {
    filters <- some_filters[[name]]
    furthest <- vapply(
      split(people_events, people_events$visitor_id),
      function(events) {
        entries <- which(
          events$event_name == "product_view" &
            !duplicated(paste(events$event_name, events$day)) &
            in_days(events$day, filters)
        )
        max(
          0,
          vapply(
            entries,
            function(i) {
              length(steps_taken(
                events$event_name[i:nrow(events)],
                events$at[i:nrow(events)],
                steps,
                14 * 86400
              ))
            },
            0L
          )
        )
      },
      0
    )
    found <- funnel_counts(query, filters, "purchase", "visitor")
    expect_equal(found$closed, vapply(1:4, function(step) sum(furthest >= step), 0L), info = name)
    of_step <- function(names) {
      length(unique(people_events$visitor_id[
        people_events$event_name %in% names & in_days(people_events$day, filters)
      ]))
    }
    expect_equal(found$opened, vapply(steps, of_step, 0L), info = name)
  }
})

test_that("funnel: segments add up to the total", {
  for_each_filter(function(filters, name) {
    whole <- funnel_counts(query, filters, "purchase", "session")
    for (by in c("channel", "login_state")) {
      parts <- funnel_segments(query, filters, "purchase", by)
      expect_equal(
        vapply(1:4, function(step) sum(parts[[paste0("step_", step)]]), 0),
        whole$closed,
        info = name
      )
    }
  })
})

collapsed <- function(names) names[c(TRUE, utils::head(names, -1) != names[-1])[seq_along(names)]]
paths_of <- function(filters, kind) {
  keys <- passing(filters)$session_key
  paths <- lapply(by_session[keys], function(events) {
    names <- events$event_name
    collapsed(
      if (kind == "page") {
        names[names %in% c("page_view", "home_view", "category_view", "product_view")]
      } else {
        names
      }
    )
  })
  paths[lengths(paths) > 0]
}

test_that("journeys: flow, paths and transitions", {
  for_each_filter(function(filters, name) {
    for (kind in names(journey_kinds)) {
      paths <- paths_of(filters, kind)
      links <- flow(query, filters, kind)
      for (place in 1:4) {
        expect_equal(
          sum(links$sessions[links$place == place]),
          sum(lengths(paths) >= place),
          info = name
        )
      }
      one <- links[
        links$place == 2 & links$from_step == "product_view" & links$to_step == "(end)",
        "sessions"
      ]
      expect_equal(
        sum(one),
        sum(vapply(paths, function(path) length(path) == 2 && path[2] == "product_view", NA)),
        info = name
      )
      found <- top_paths(query, filters, kind)
      wanted <- table(vapply(
        paths,
        function(path) paste(utils::head(path, 6), collapse = " → "),
        ""
      ))
      expect_equal(
        stats::setNames(found$sessions, found$path)[names(wanted)],
        c(unclass(wanted))[names(wanted)],
        info = name
      )
      steps <- top_transitions(query, filters, kind)
      expect_equal(sum(steps$transitions), sum(pmax(lengths(paths) - 1, 0)), info = name)
      pairs <- lapply(paths, function(path) paste(utils::head(path, -1), path[-1]))
      times <- table(unlist(pairs))
      sessions <- table(unlist(lapply(pairs, unique)))
      named <- paste(steps$from_step, steps$to_step)
      expect_equal(steps$transitions[match(names(times), named)], as.vector(times), info = name)
      expect_equal(steps$sessions[match(names(sessions), named)], as.vector(sessions), info = name)
    }
  })
})

test_that("journeys: a drawing with merged steps keeps all sessions", {
  links <- flow(query, some_filters$everything, "event", 6)
  drawn <- flow_drawing(links, most = 2)
  expect_true("(others)" %in% drawn$nodes$step)
  for (place in unique(links$place)) {
    expect_equal(
      sum(drawn$links$sessions[drawn$links$place == place]),
      sum(links$sessions[links$place == place])
    )
  }
  expect_true(all(drawn$links$source < nrow(drawn$nodes) & drawn$links$target < nrow(drawn$nodes)))
  expect_equal(
    drawn$nodes$place[drawn$links$target + 1],
    drawn$nodes$place[drawn$links$source + 1] + 1
  )
  expect_equal(nrow(flow_drawing(links[0, ])$links), 0)
})

test_that("pages: views, visitors, entries, exits, bounces and conversions by path", {
  views <- people_events[
    people_events$event_name %in% c("page_view", "home_view", "category_view", "product_view"),
  ]
  for_each_filter(function(filters, name) {
    rows <- passing(filters)
    found <- page_report(query, filters)
    own <- views[views$session_key %in% rows$session_key, ]
    expect_setequal(
      found$page_path,
      unique(c(own$page_path, rows$landing_page_path, rows$exit_page_path))
    )
    expect_equal(sum(found$views), nrow(own), info = name)
    expect_equal(sum(found$entries), nrow(rows), info = name)
    expect_equal(sum(found$exits), nrow(rows), info = name)
    expect_equal(sum(found$bounces), sum(!rows$is_engaged), info = name)
    for (path in c("/", "/help", "/p/1", "/checkout")) {
      row <- found[found$page_path == path, ]
      of_path <- own[own$page_path == path, ]
      keys <- unique(of_path$session_key)
      if (nrow(row) == 0) {
        expect_equal(length(keys), 0, info = paste(name, path))
      } else {
        expect_equal(row$views, nrow(of_path), info = paste(name, path))
        expect_equal(row$visitors, length(unique(of_path$visitor_id)), info = paste(name, path))
        expect_equal(row$sessions, length(keys), info = paste(name, path))
        expect_equal(row$entries, sum(rows$landing_page_path == path), info = paste(name, path))
        converted <- sum(rows$is_converted[rows$session_key %in% keys])
        expect_equal(row$converted, converted, info = paste(name, path))
      }
    }
    orders <- passing_orders(filters)
    money <- page_revenue(query, filters)
    for (path in c("/", "/p/1")) {
      keys <- unique(views$session_key[views$page_path == path])
      of_path <- orders[orders$session_key %in% keys & orders$currency == "VND", ]
      row <- money[money$page_path == path & money$currency == "VND", ]
      expect_equal(sum(row$orders), nrow(of_path), info = paste(name, path))
      expect_equal(sum(row$revenue_minor), sum(of_path$revenue), info = paste(name, path))
    }
  })
})

test_that("own steps of events count as the funnel of the warehouse does", {
  for_each_filter(function(filters, name) {
    for (funnel in names(funnels)) {
      steps <- known_steps(query, funnel)
      kept <- by_session[names(by_session) %in% passing(filters)$session_key]
      taken <- lapply(kept, function(events) {
        steps_taken(events$event_name, events$at, funnels[[funnel]])
      })
      found <- own_counts(query, filters, steps)
      closed <- vapply(seq_along(steps), function(step) sum(lengths(taken) >= step), 0)
      expect_equal(found$closed, closed, info = paste(name, funnel))
      has <- function(names) {
        sum(vapply(kept, function(events) any(events$event_name %in% names), NA))
      }
      expect_equal(found$opened, vapply(funnels[[funnel]], has, 0), info = paste(name, funnel))
      medians <- vapply(
        seq_along(steps)[-1],
        function(step) {
          far <- taken[lengths(taken) >= step]
          lower_median(vapply(far, function(at) at[step] - at[step - 1], 0))
        },
        0
      )
      expect_equal(found$median_s, c(NA, medians), info = paste(name, funnel))
      parts <- own_segments(query, filters, steps, "device")
      expect_equal(sum(parts$step_1), closed[1], info = paste(name, funnel))
    }
  })
})

test_that("own steps may be pages, with a star for all that begin so", {
  steps <- own_steps("page:/p/* > event:add_to_cart_click | click > page:/checkout")
  expect_equal(steps_text(steps), "page:/p/* > event:add_to_cart_click|click > page:/checkout")
  views <- c("page_view", "home_view", "category_view", "product_view")
  marked <- function(events) {
    ifelse(
      events$event_name %in% views & startsWith(events$page_path, "/p/"),
      "product page",
      ifelse(
        events$event_name %in% views & events$page_path == "/checkout",
        "checkout page",
        events$event_name
      )
    )
  }
  kept <- by_session[names(by_session) %in% passing(four_weeks)$session_key]
  wanted <- list("product page", c("add_to_cart_click", "click"), "checkout page")
  taken <- lapply(kept, function(events) steps_taken(marked(events), events$at, wanted))
  found <- own_counts(query, four_weeks, steps)
  expect_equal(found$closed, vapply(1:3, function(step) sum(lengths(taken) >= step), 0))
  expect_gt(found$closed[2], 10)
  single <- own_counts(query, four_weeks, own_steps("page:/ > page:/c/1|/c/2"))
  views_of <- function(events, paths) events$event_name %in% views & events$page_path %in% paths
  at_home <- function(events) ifelse(views_of(events, "/"), "home", "other")
  taken <- lapply(kept, function(events) {
    names <- ifelse(views_of(events, c("/c/1", "/c/2")), "category", at_home(events))
    steps_taken(names, events$at, list("home", "category"))
  })
  expect_equal(single$closed, vapply(1:2, function(step) sum(lengths(taken) >= step), 0))
  again <- own_counts(query, four_weeks, own_steps("page:/ > page:/p/*|/c/* > page:/p/*"))
  listed <- function(events) {
    is_view <- events$event_name %in% views
    ifelse(
      is_view & startsWith(events$page_path, "/p/"),
      "product",
      ifelse(is_view & startsWith(events$page_path, "/c/"), "category", at_home(events))
    )
  }
  wanted <- list("home", c("product", "category"), "product")
  taken <- lapply(kept, function(events) steps_taken(listed(events), events$at, wanted))
  expect_equal(again$closed, vapply(1:3, function(step) sum(lengths(taken) >= step), 0))
  expect_gt(again$closed[3], 10)
  has <- function(names) sum(vapply(kept, function(events) any(listed(events) %in% names), NA))
  expect_equal(again$opened, vapply(wanted, has, 0))
  expect_equal(steps_occur(query, four_weeks, steps), c(TRUE, TRUE, FALSE))
  expect_equal(
    steps_occur(query, four_weeks, own_steps("event:nobody > page:/p/")),
    c(FALSE, FALSE)
  )
  for (text in list("", character(), "nonsense", "event:", " > ", "page: > event: |")) {
    expect_length(own_steps(text), 0)
  }
})

test_that("sessions with a product, a page, a landing page or a last step are those", {
  with <- function(text, steps = "") sessions_with(four_weeks, text, steps)
  listed <- function(with) recent_sessions(query, four_weeks, zone, with)$session_key
  rows <- passing(four_weeks)
  own <- people_events[people_events$session_key %in% rows$session_key, ]
  of_product <- own$event_name %in% product_events & own$product %in% "P001"
  expect_setequal(listed(with("product:P001")), unique(own$session_key[of_product]))
  views <- own$event_name %in% c("page_view", "home_view", "category_view", "product_view")
  expect_setequal(
    listed(with("page:/p/1")),
    unique(own$session_key[views & own$page_path == "/p/1"])
  )
  expect_setequal(
    listed(with("landing:/help")),
    rows$session_key[rows$landing_page_path == "/help"]
  )
  taken <- lapply(by_session[rows$session_key], function(events) {
    steps_taken(events$event_name, events$at, funnels$purchase)
  })
  for (step in 1:4) {
    left <- names(taken)[lengths(taken) == step]
    expect_setequal(listed(with(sprintf("drop:purchase:%d", step))), left)
    steps <- steps_text(known_steps(query, "purchase"))
    expect_setequal(listed(with(sprintf("own:%d", step), steps)), left)
    totals <- session_totals(query, four_weeks, zone, with(sprintf("drop:purchase:%d", step)))
    expect_equal(totals$sessions, length(left))
  }
  for (text in c("", "product:", "nonsense", "drop:purchase", "own:9", "own:x")) {
    expect_equal(length(listed(with(text, "event:click"))), nrow(rows), info = text)
  }
})

test_that("properties: keys, values and days", {
  keys <- property_keys(query, four_weeks)
  clicks <- people_events[
    people_events$event_name == "click" & in_days(people_events$day, four_weeks),
  ]
  expect_equal(keys$events, rep(nrow(clicks), 2))
  expect_setequal(keys$key, c("experiment", "scroll"))
  values <- property_values(query, four_weeks, "experiment")
  expect_setequal(values$value, c("A", "B"))
  expect_equal(sum(values$events), nrow(clicks))
  expect_equal(sum(values$share), 1)
  days <- property_days(query, four_weeks, "experiment")
  expect_equal(sum(days$events), nrow(clicks))
  expect_equal(nrow(property_values(query, four_weeks, "no such key")), 0)
})

test_that("products: engagement and revenue, filtered by category and brand of the product", {
  touches <- people_events[
    people_events$event_name %in%
      product_events &
      !is.na(people_events$product),
  ]
  for_each_filter(function(filters, name) {
    alone <- utils::modifyList(filters, list(categories = character(), brands = character()))
    keys <- passing(alone)$session_key
    rows <- touches[touches$session_key %in% keys, ]
    if (length(filters$categories) > 0) {
      rows <- rows[rows$category %in% filters$categories, ]
    }
    if (length(filters$brands) > 0) {
      rows <- rows[rows$brand %in% filters$brands, ]
    }
    for (dimension in names(dimensions)) {
      found <- engagement(query, filters, dimension)
      views <- rows[rows$event_name == "product_view", ]
      expect_equal(sum(found$views), nrow(views), info = name)
      value <- views[[dimension]]
      for (one in utils::head(sort(unique(value)), 4)) {
        row <- found[found$value == one, ]
        expect_equal(row$views, sum(value == one), info = name)
        expect_equal(row$visitors, length(unique(views$visitor_id[value == one])), info = name)
        expect_equal(
          row$view_sessions,
          length(unique(views$session_key[value == one])),
          info = name
        )
        adds <- rows[rows$event_name == "add_to_cart_click" & rows[[dimension]] == one, ]
        expect_equal(row$cart_adds, nrow(adds), info = name)
        expect_equal(row$cart_sessions, length(unique(adds$session_key)), info = name)
        of_one <- rows$event_name[rows[[dimension]] == one]
        expect_equal(row$wishlist_toggles, sum(of_one == "wishlist_toggle"), info = name)
        expect_equal(row$shares, sum(of_one == "share_click"), info = name)
      }
    }
  })
  orders <- passing_orders(four_weeks)
  money <- line_revenue(query, four_weeks, "product")
  for (currency in c("VND", "USD")) {
    own <- orders[orders$currency == currency, ]
    wanted <- tapply(own$line_value, own$line_product, sum)
    found <- money[money$currency == currency, ]
    expect_equal(
      stats::setNames(found$revenue_minor, found$value)[names(wanted)],
      c(wanted)[names(wanted)],
      ignore_attr = TRUE
    )
  }
  expect_equal(sum(engagement(query, four_weeks, "product")$quantity), sum(orders$quantity))
  sold <- orders_with_lines(query, four_weeks)
  expect_equal(sold$orders, nrow(orders))
  expect_equal(sold$with_lines, sum(!is.na(orders$line_product)))
})

test_that("acquisition: sessions and visitors by origin", {
  for_each_filter(function(filters, name) {
    rows <- passing(filters)
    by_channel <- acquisition(query, filters, "channel")
    expect_equal(
      stats::setNames(by_channel$sessions, by_channel$channel),
      c(unclass(table(rows$channel)))[by_channel$channel],
      info = name
    )
    visitors <- tapply(rows$visitor_id, rows$channel, function(ids) length(unique(ids)))
    expect_equal(by_channel$visitors, as.vector(visitors[by_channel$channel]), info = name)
    expect_equal(sum(by_channel$converted), sum(rows$is_converted), info = name)
    expect_equal(sum(acquisition(query, filters, "source")$sessions), nrow(rows), info = name)
    expect_equal(
      sum(acquisition(query, filters, "campaign")$sessions),
      nrow(rows),
      info = name
    )
    expect_equal(sum(channel_days(query, filters)$sessions), nrow(rows), info = name)
    by_landing <- acquisition(query, filters, "landing")
    expect_equal(sum(by_landing$sessions), nrow(rows), info = name)
    home <- by_landing[by_landing$landing_page == "/", ]
    expect_equal(sum(home$sessions), sum(rows$landing_page_path == "/"), info = name)
    by_device <- acquisition(query, filters, "device")
    expect_equal(
      stats::setNames(by_device$sessions, by_device$device),
      c(unclass(table(rows$device)))[by_device$device],
      info = name
    )
  })
})

test_that("acquisition: orders and revenue are those of the sessions", {
  for_each_filter(function(filters, name) {
    orders <- passing_orders(filters)
    session <- all_sessions[match(orders$session_key, all_sessions$session_key), ]
    for (group in c("channel", "device", "landing")) {
      found <- acquisition(query, filters, group)
      money <- acquired_orders(query, filters, group)
      rows <- with_orders(found, money, group, "VND")
      column <- acquisition_groups[[group]][1]
      of <- if (group == "landing") session$landing_page_path else session[[group]]
      vnd <- orders$currency == "VND"
      # An order after midnight may have no session in the range: it has no row here.
      for (i in seq_len(min(nrow(rows), 5))) {
        own <- of == rows[[column]][i]
        expect_equal(rows$orders[i], sum(own), info = paste(name, group))
        revenue <- sum(orders$revenue[own & vnd])
        expect_equal(rows$revenue_minor[i], revenue, info = paste(name, group))
        expect_equal(rows$revenue_per_session[i], revenue / rows$sessions[i])
        expect_equal(rows$average_order[i], ratio_of(revenue, sum(own & vnd)))
      }
    }
  })
})

test_that("revenue without a value is unknown, not 0", {
  orders <- data.frame(
    channel = c("A", "B", "B"),
    currency = c("VND", "VND", "USD"),
    orders = c(2, 1, 4),
    orders_with_revenue = c(0, 1, 4),
    revenue_minor = c(NA, 50, 9)
  )
  sessions <- data.frame(channel = c("A", "B", "C"), sessions = c(10, 10, 10))
  rows <- with_orders(sessions, orders, "channel", "VND")
  expect_equal(rows$orders, c(2, 5, 0))
  expect_equal(rows$revenue_minor, c(NA, 50, 0))
  expect_equal(rows$average_order, c(NA, 50, NA))
  expect_equal(rows$revenue_per_session, c(NA, 5, 0))
  expect_equal(known_sum(c(NA, NA)), NA_real_)
  expect_equal(known_sum(c(NA, 3)), 3)
  expect_equal(known_sum(numeric()), 0)
})

test_that("attribution: each model credits each order once, last touch to the last session", {
  for_each_filter(function(filters, name) {
    orders <- passing_orders(utils::modifyList(filters, list(channels = character())))
    found <- attributed(query, filters)
    for (model in setdiff(names(attribution_models), "markov")) {
      own <- found[found$model == model, ]
      expect_equal(sum(own$orders), nrow(orders), info = paste(name, model))
      expect_equal(
        sum(own$revenue_minor[own$currency == "VND"]),
        sum(orders$revenue[orders$currency == "VND"]),
        info = paste(name, model)
      )
    }
    people <- all_sessions[!all_sessions$is_bot, ]
    last <- vapply(
      seq_len(nrow(orders)),
      function(i) {
        own <- people[people$visitor_id == orders$visitor_id[i], ]
        own <- own[seq_len(match(orders$session_key[i], own$session_key)), ]
        others <- own$channel[own$channel != "Direct"]
        if (length(others) > 0) utils::tail(others, 1) else "Direct"
      },
      ""
    )
    own <- found[found$model == "last", ]
    wanted <- table(last)
    expect_equal(
      c(tapply(own$orders, own$channel, sum))[names(wanted)],
      c(unclass(wanted)),
      info = name,
      ignore_attr = TRUE
    )
  })
})

test_that("attribution: credit for orders without a value is unknown, no credit is 0", {
  credited <- data.frame(
    model = c("last", "first", "last"),
    channel = c("A", "B", "B"),
    currency = "VND",
    orders = c(1, 1, 1),
    revenue_minor = c(NA, 5, 7),
    stringsAsFactors = FALSE
  )
  wide <- credit_by_channel(credited, NULL, "revenue", "VND", 0, character())
  expect_equal(wide$channel, c("B", "A"))
  expect_equal(wide$last, c(7, NA))
  expect_equal(wide$first, c(5, 0))
})

test_that("attribution by Markov credits all orders of the days", {
  found <- attributed_by_markov(query, four_weeks)
  expect_equal(sum(found$orders), nrow(passing_orders(four_weeks)))
  expect_true(all(found$removal_effect >= 0 & found$removal_effect <= 1))
})

test_that("sessions that left a funnel are named by its step", {
  named <- function(text) {
    sessions_with(four_weeks, text, funnels = function() funnel_steps(query))$name
  }
  expect_equal(named("drop:purchase:2"), "that left funnel purchase after step 2, Add to cart")
  # A step that the funnel does not have.
  expect_equal(named("drop:purchase:9"), "that left funnel purchase after step 9")
})

test_that("retention: visitors of exactly week n, NA for weeks that are not over", {
  monday <- function(day) as.Date(day) - (as.integer(format(as.Date(day), "%u")) - 1)
  last_whole <- as.Date(max(the_state$loaded$day[the_state$loaded$complete]))
  people <- all_sessions[!all_sessions$is_bot, ]
  first <- people[!duplicated(people$visitor_id), ]
  for (name in c("everything", "guests", "members_by_search", "laptops")) {
    filters <- some_filters[[name]]
    chosen <- first[passes(first$session_key, filters), ]
    found <- retention(query, filters)
    expect_equal(unique(found$cohort_week), sort(unique(format(monday(chosen$day)))), info = name)
    for (i in seq_len(nrow(found))) {
      row <- found[i, ]
      cohort <- chosen$visitor_id[format(monday(chosen$day)) == row$cohort_week]
      week <- as.Date(row$cohort_week) + 7 * row$week_number
      expect_equal(row$cohort_visitors, length(cohort), info = name)
      if (week + 6 > last_whole) {
        expect_true(is.na(row$visitors), info = name)
      } else {
        came <- unique(people$visitor_id[monday(people$day) == week])
        expect_equal(row$visitors, sum(cohort %in% came), info = name)
      }
    }
  }
})

test_that("retention: equals v_retention_weekly without filters", {
  own <- query(
    "SELECT cohort_week::text AS cohort_week, week_number::int AS week_number,
      cohort_visitors, visitors
    FROM v_retention_weekly ORDER BY 1, 2"
  )
  expect_equal(retention(query, some_filters$everything)[names(own)], own)
})

test_that("retention: a week is over when its last day is loaded to its end", {
  database <- scratch_database()
  # Sunday 15 November is the last day with traffic.
  psql(
    database,
    "-c",
    "
    INSERT INTO warehouse_settings VALUES (
      TRUE, 1800, 0, 'UTC', '{shop.example}', 1, 1, 'seed', 1, rules_hash());
    INSERT INTO visitor_weeks VALUES
      ('a', '2026-11-02', '2026-11-02'), ('a', '2026-11-09', '2026-11-02');
    INSERT INTO traffic_daily VALUES ('2026-11-15', 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0)"
  )
  warehouse <- new_warehouse(named_database(database))
  on.exit(close_warehouse(warehouse), add = TRUE, after = FALSE)
  own <- function(sql, values = list()) ask(warehouse, sql, values)
  filters <- resolve_days(new_filters("all"), "2026-11-02", "2026-11-15")
  returned <- function() {
    seen <- own("SELECT visitors::int FROM v_retention_weekly WHERE week_number = 1")$visitors
    found <- retention(own, filters)
    expect_equal(found$visitors[found$week_number == 1], seen)
    seen
  }
  load_until <- function(from, until) {
    psql(
      database,
      "-c",
      sprintf(
        "
        INSERT INTO etl_runs
        SELECT gen_random_uuid(), 1, 'range', '%s', '%s', at, at,
          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', 0, 0, '{}', 0, '{}', 'test'
        FROM (SELECT timestamptz '2026-11-20 00:00Z' AS at) listed",
        from,
        until
      )
    )
  }
  # Without a ledger the last day counts as whole.
  expect_equal(returned(), 1L)
  load_until("2026-11-02 00:00Z", "2026-11-14 12:00Z")
  expect_true(is.na(returned()))
  load_until("2026-11-14 12:00Z", "2026-11-15 23:00Z")
  expect_true(is.na(returned()))
  load_until("2026-11-15 23:00Z", "2026-11-16 00:00Z")
  expect_equal(returned(), 1L)
})

test_that("customers: equal ones have equal scores", {
  rows <- customer_rows(query)
  for (currency in c("VND", "USD")) {
    own <- rows[rows$currency == currency, ]
    for (by in c("orders", "recency_days", "revenue")) {
      value <- own[[if (by == "revenue") "revenue_minor" else by]]
      score <- own[[c(
        orders = "frequency_score",
        recency_days = "recency_score",
        revenue = "monetary_score"
      )[[by]]]]
      expect_true(all(tapply(score, value, function(scores) length(unique(scores))) == 1))
      expect_true(all(score %in% 1:5))
      better <- if (by == "recency_days") -value else value
      expect_false(is.unsorted(score[order(better)]))
    }
  }
})

test_that("customers: each with an order is in one cell per currency", {
  found <- customer_segments(query)
  customers <- ifelse(
    is.na(all_sessions$user_id[match(all_orders$session_key, all_sessions$session_key)]),
    all_orders$visitor_id,
    all_sessions$user_id[match(all_orders$session_key, all_sessions$session_key)]
  )
  for (currency in c("VND", "USD")) {
    expect_equal(
      sum(found$customers[found$currency == currency]),
      length(unique(customers[all_orders$currency == currency]))
    )
  }
})

test_that("explorer: a visitor is found by each of its whole ids, not by a part", {
  order <- all_orders[1, ]
  session <- all_sessions[match(order$session_key, all_sessions$session_key), ]
  member <- all_sessions[!is.na(all_sessions$user_id), ][1, ]
  expect_equal(find_visitors(query, order$visitor_id), order$visitor_id)
  expect_equal(find_visitors(query, substring(order$visitor_id, 3)), order$visitor_id)
  expect_equal(find_visitors(query, paste0("  ", order$order_id, " ")), order$visitor_id)
  expect_equal(find_visitors(query, toupper(order$session_key)), order$visitor_id)
  expect_equal(find_visitors(query, member$user_id), member$visitor_id)
  for (text in c("", "visitor", "' OR TRUE --", "%", "c:", substr(order$session_key, 1, 20))) {
    expect_length(find_visitors(query, text), 0)
  }
  rows <- visitor_sessions(query, order$visitor_id, zone)
  expect_setequal(
    rows$session_key,
    all_sessions$session_key[all_sessions$visitor_id == order$visitor_id]
  )
  events <- session_events(query, session$session_key, zone)
  expect_equal(events$event_id, all_events$event_id[all_events$session_key == session$session_key])
  expect_equal(events$offset_s[1], 0)
  expect_gt(nrow(events), 1)
  expect_equal(session_events(query, session$session_key, zone, most = 1), utils::head(events, 1))
})

test_that("explorer: the latest sessions of the days come first", {
  for_each_filter(function(filters, name) {
    rows <- passing(filters)
    found <- recent_sessions(query, filters, zone)
    expect_equal(found$started, sort(rows$started_text, decreasing = TRUE), info = name)
    expect_equal(recent_sessions(query, filters, zone, most = 3), utils::head(found, 3))
    totals <- session_totals(query, filters, zone)
    expect_equal(totals$sessions, nrow(rows), info = name)
    expect_equal(totals$visitors, length(unique(rows$visitor_id)), info = name)
  })
})

test_that("explorer: events of a session are read by an index", {
  plan <- query(
    "EXPLAIN SELECT * FROM clickstream_sessions session
    CROSS JOIN LATERAL
      events_in_order(session.session_key) step
    CROSS JOIN LATERAL
      (SELECT * FROM event_details WHERE event_id = step.event_id OFFSET 0) event
    WHERE session.session_key = :key::uuid",
    list(key = all_sessions$session_key[1])
  )[[1]]
  expect_match(
    paste(plan, collapse = "\n"),
    "Index Scan using clickstream_events_session|Bitmap Index Scan on clickstream_events_session"
  )
  expect_no_match(paste(plan, collapse = "\n"), "Seq Scan on clickstream_events")
})

test_that("quality: ledger, freshness, rejected records with their bytes", {
  fresh <- freshness(query)
  runs <- ledger(query, zone)
  expect_equal(fresh$runs, nrow(runs))
  expect_equal(fresh$inserted, nrow(all_events))
  expect_equal(fresh$inserted, sum(runs$inserted))
  expect_true(all(runs$balanced))
  expect_equal(fresh$quarantined, 0)
  expect_equal(fresh$orders, as.numeric(query("SELECT count(*) AS n FROM clickstream_orders")$n))
  expect_equal(fresh$conflicting_orders, 0)
  rows <- rejects(query)
  expect_equal(nrow(rows), fresh$rejected)
  by_day <- reject_days(query)
  expect_equal(sum(by_day$records), fresh$rejected)
  expect_match(by_day$day, "^2026-[0-9]{2}-[0-9]{2}$")
  counts <- reason_counts(by_day)
  expect_equal(sum(counts), fresh$rejected)
  expect_equal(counts, sort(counts, decreasing = TRUE))
  expect_equal(counts[["empty"]], sum(rejects(query)$reason == "empty"))
  expect_length(reason_counts(by_day[0, ]), 0)
  expect_true(all(rejects(query, "invalid_utf8")$reason == "invalid_utf8"))
  broken <- reject_text(query, rejects(query, "invalid_utf8")$object_key[1])
  expect_equal(broken$text, "{\"name\": \"<ff><00><fe>A\"}")
  expect_match(reject_text(query, rejects(query, "invalid_json")$object_key[1])$text, "Lỗi máy chủ")
  expect_null(reject_text(query, "no such record"))
  missing <- missing_values(query, four_weeks)
  expect_equal(sum(missing$events), sum(in_days(all_events$day, four_weeks)))
  expect_equal(
    sum(missing$without_login_state),
    sum(is.na(all_events$user_login_state[in_days(all_events$day, four_weeks)]))
  )
})
