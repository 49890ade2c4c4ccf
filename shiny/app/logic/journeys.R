# The ways that sessions take.

journey_kinds <- c(page = "Kinds of pages", event = "Events")
longest_path <- 6

path_condition <- function(filters) chosen_rows(filters, "path", "session_date")

# The first steps of sessions as links of a flow: from (place, step) to (place + 1, step). A session that ends early flows to "(end)".
flow <- function(query, filters, kind, places = 5) {
  query(sprintf("
    SELECT place.place::int AS place, path.steps[place.place] AS from_step,
      coalesce(path.steps[place.place + 1], '(end)') AS to_step, count(*) AS sessions
    FROM session_paths path CROSS JOIN generate_series(1, :places::int - 1) AS place (place)
    WHERE path.kind = :kind AND place.place <= cardinality(path.steps) AND %s
    GROUP BY 1, 2, 3 ORDER BY 1, sessions DESC, 2, 3", path_condition(filters)),
    c(filter_values(filters), kind = kind, places = places))
}

# Nodes and links for a drawing. Steps that are rare, at their place or among all sessions, are drawn as one.
flow_drawing <- function(links, most = 7, least_share = 0.015) {
  links <- links[links$sessions > 0, , drop = FALSE]
  if (nrow(links) == 0) {
    return(list(nodes = data.frame(), links = data.frame()))
  }
  all_sessions <- sum(links$sessions[links$place == 1])
  totals <- rbind(
    stats::aggregate(sessions ~ place + step, data.frame(place = links$place, step = links$from_step, sessions = links$sessions), sum),
    stats::aggregate(sessions ~ place + step, data.frame(place = links$place + 1, step = links$to_step, sessions = links$sessions), sum))
  totals <- stats::aggregate(sessions ~ place + step, totals, max)
  kept <- unlist(lapply(split(totals, totals$place), function(steps) {
    steps <- steps[steps$step != "(end)" & steps$sessions >= least_share * all_sessions, , drop = FALSE]
    steps <- steps[order(-steps$sessions, steps$step), , drop = FALSE]
    paste(steps$place, utils::head(steps$step, most))
  }))
  shown <- function(place, step) ifelse(step == "(end)" | paste(place, step) %in% kept, step, "(others)")
  links$from_step <- shown(links$place, links$from_step)
  links$to_step <- shown(links$place + 1, links$to_step)
  links <- stats::aggregate(sessions ~ place + from_step + to_step, links, sum)
  from <- paste(links$place, links$from_step, sep = "\r")
  to <- paste(links$place + 1, links$to_step, sep = "\r")
  ids <- sort(unique(c(from, to)))
  nodes <- data.frame(
    place = as.integer(sub("\r.*", "", ids)), step = sub(".*\r", "", ids), stringsAsFactors = FALSE)
  nodes$sessions <- vapply(ids, function(id) max(sum(links$sessions[from == id]), sum(links$sessions[to == id])), 0)
  links$source <- match(from, ids) - 1L
  links$target <- match(to, ids) - 1L
  list(nodes = nodes, links = links)
}

top_paths <- function(query, filters, kind, most = 1000) {
  query(sprintf("
    SELECT array_to_string(path.steps[1:%d], ' → ') AS path, count(*) AS sessions,
      count(*) FILTER (WHERE session.is_converted) AS converted, max(cardinality(path.steps)) > %d AS goes_on
    FROM session_paths path JOIN clickstream_sessions session USING (session_key)
    WHERE path.kind = :kind AND %s
    GROUP BY path.steps[1:%d] ORDER BY sessions DESC, path LIMIT :most::int", longest_path, longest_path, path_condition(filters), longest_path),
    c(filter_values(filters), kind = kind, most = most))
}

top_transitions <- function(query, filters, kind, most = 1000) {
  query(sprintf("
    SELECT path.steps[step.number] AS from_step, path.steps[step.number + 1] AS to_step, count(*) AS transitions,
      count(DISTINCT path.session_key) AS sessions
    FROM session_paths path CROSS JOIN LATERAL generate_series(1, cardinality(path.steps) - 1) AS step (number)
    WHERE path.kind = :kind AND %s
    GROUP BY 1, 2 ORDER BY transitions DESC, 1, 2 LIMIT :most::int", path_condition(filters)),
    c(filter_values(filters), kind = kind, most = most))
}

# Entries and exits by page path.
end_pages <- function(query, filters, most = 1000) {
  query(sprintf("
    SELECT page_path, sum(entries) AS entries, sum(bounces) AS bounces, sum(exits) AS exits
    FROM (
      SELECT session.landing_page_path AS page_path, count(*) AS entries, count(*) FILTER (WHERE session.is_bounce) AS bounces, 0 AS exits
      FROM clickstream_sessions session WHERE session.landing_page_path IS NOT NULL AND %1$s GROUP BY 1
      UNION ALL
      SELECT session.exit_page_path, 0, 0, count(*)
      FROM clickstream_sessions session WHERE session.exit_page_path IS NOT NULL AND %1$s GROUP BY 1) pages
    GROUP BY page_path ORDER BY entries DESC, exits DESC, page_path LIMIT :most::int", chosen_sessions(filters)),
    c(filter_values(filters), most = most))
}
