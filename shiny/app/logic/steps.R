# Own funnels: steps from event names and page paths, counted on sessions.
#
# Step in a link: "event:add_to_cart_click" or "page:/cart". A path may end in *, for all pages
# that begin so. Alternatives are separated by "|".

most_steps <- 8

#' Reads the steps of a link. Invalid ones are left out.
own_steps <- function(text) {
  parts <- trimws(strsplit(if (length(text) == 0) "" else text[1], ">", fixed = TRUE)[[1]])
  parts <- parts[grepl("^(event|page):.", parts)]
  lapply(utils::head(parts, most_steps), function(part) {
    kind <- sub(":.*", "", part)
    values <- trimws(strsplit(sub("^[a-z]+:", "", part), "|", fixed = TRUE)[[1]])
    values <- values[nzchar(values)]
    list(kind = kind, values = values, name = paste(values, collapse = " or "))
  }) |>
    Filter(f = function(step) length(step$values) > 0)
}

#' Returns the steps as the text of a link.
steps_text <- function(steps) {
  paste(
    vapply(
      steps,
      function(step) paste0(step$kind, ":", paste(step$values, collapse = "|")),
      ""
    ),
    collapse = " > "
  )
}

#' Returns the steps of a funnel of the warehouse in the form of own_steps().
known_steps <- function(query, funnel) {
  rows <- query(
    "SELECT name, array_to_string(event_names, '|') AS events
    FROM funnel_steps WHERE funnel = :funnel ORDER BY step",
    list(funnel = funnel)
  )
  lapply(seq_len(nrow(rows)), function(i) {
    list(
      kind = "event",
      values = strsplit(rows$events[i], "|", fixed = TRUE)[[1]],
      name = rows$name[i]
    )
  })
}

#' Returns which steps occur at all in the days, whatever the other filters.
steps_occur <- function(query, filters, steps) {
  vapply(
    steps,
    function(step) {
      if (step$kind == "event") {
        found <- query(
          "SELECT EXISTS (SELECT FROM event_hourly
            WHERE day BETWEEN :from_day::date AND :to_day::date
              AND event_name = ANY (:names::text[])) AS found",
          c(filter_values(filters), names = list(sql_array(step$values)))
        )
      } else {
        found <- query(
          "SELECT EXISTS (SELECT FROM session_pages
            WHERE session_date BETWEEN :from_day::date AND :to_day::date
              AND page_path LIKE ANY (:patterns::text[])) AS found",
          c(filter_values(filters), patterns = list(sql_array(path_patterns(step$values))))
        )
      }
      isTRUE(found$found)
    },
    NA
  )
}

#' Converts paths, of which some end in *, to patterns of LIKE.
path_patterns <- function(paths) {
  plain <- gsub("([\\\\%_])", "\\\\\\1", sub("\\*$", "", paths))
  paste0(plain, ifelse(endsWith(paths, "*"), "%", ""))
}

#' Returns the SQL of the sessions and the positions of the steps that each completed in order, p1,
#' p2…, and whether each has the step at all, o1, o2…, with the values of its :names.
#'
#' A step is completed by its first event after the one of the step before. Sessions count on
#' their day.
steps_sql <- function(filters, steps) {
  values <- filter_values(filters)
  places <- character()
  for (i in seq_along(steps)) {
    step <- steps[[i]]
    name <- letters[i]
    before <- if (i > 1) sprintf("place_%s.p", letters[i - 1])
    from <- if (is.null(before)) "" else sprintf(", %s + 1", before)
    if_reached <- function(position) {
      if (is.null(before)) {
        position
      } else {
        sprintf("CASE WHEN %s IS NOT NULL THEN %s END", before, position)
      }
    }
    if (step$kind == "event") {
      names <- sprintf("event_%s_%s", name, letters[seq_along(step$values)])
      values[names] <- step$values
      values[[paste0("events_", name)]] <- sql_array(step$values)
      first <- sprintf("array_position(way.event_names, :%s%s)", names, from)
      has <- sprintf("way.event_names && :events_%s::text[]", name)
    } else if (any(endsWith(step$values, "*")) || length(step$values) > length(letters)) {
      values[[paste0("paths_", name)]] <- sql_array(path_patterns(step$values))
      first <- NULL
      # Functions in the select list, unlike those in FROM, do not store their rows.
      place <- sprintf(
        "SELECT min(%s) AS p, count(*) > 0 AS o
        FROM (SELECT unnest(way.page_paths) AS path,
            generate_subscripts(way.page_paths, 1) AS number) page
        WHERE page.path LIKE ANY (:paths_%s::text[])",
        if_reached(sprintf("array_position(way.viewed_pages, page.number::smallint%s)", from)),
        name
      )
    } else {
      names <- sprintf("path_%s_%s", name, letters[seq_along(step$values)])
      values[names] <- step$values
      values[[paste0("paths_", name)]] <- sql_array(step$values)
      first <- sprintf(
        "array_position(way.viewed_pages, array_position(way.page_paths, :%s)::smallint%s)",
        names,
        from
      )
      has <- sprintf("way.page_paths && :paths_%s::text[]", name)
    }
    if (!is.null(first)) {
      # OFFSET keeps the planner from copying the expression to each of its uses, also in the later
      # steps.
      place <- sprintf(
        "SELECT %s AS p, %s AS o OFFSET 0",
        if_reached(sprintf("least(%s)", paste(first, collapse = ", "))),
        has
      )
    }
    places <- c(places, sprintf("CROSS JOIN LATERAL (%s) place_%s", place, name))
  }
  chosen <- letters[seq_along(steps)]
  list(
    sql = sprintf(
      "
      SELECT way.session_key, way.event_times, %s
      FROM session_steps way
      %s
      WHERE %s",
      paste(sprintf("place_%1$s.p AS p_%1$s, place_%1$s.o AS o_%1$s", chosen), collapse = ", "),
      paste(places, collapse = "\n      "),
      chosen_rows(filters, "way", "session_date")
    ),
    values = values
  )
}

#' Returns one row per step of an own funnel, as funnel_counts() does.
own_counts <- function(query, filters, steps) {
  way <- steps_sql(filters, steps)
  chosen <- letters[seq_along(steps)]
  before <- c(NA, utils::head(chosen, -1))
  row <- query(
    sprintf(
      "SELECT %s FROM (%s) way",
      paste(
        sprintf(
          "count(p_%1$s) AS closed_%1$s, count(*) FILTER (WHERE o_%1$s) AS opened_%1$s, %2$s",
          chosen,
          ifelse(
            is.na(before),
            sprintf("NULL::float8 AS median_%s", chosen),
            sprintf(
              "floor(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY
                event_times[p_%1$s] - event_times[p_%2$s])))::float8 AS median_%1$s",
              chosen,
              before
            )
          )
        ),
        collapse = ", "
      ),
      way$sql
    ),
    way$values
  )
  with_shares(data.frame(
    step = seq_along(steps),
    name = vapply(steps, `[[`, "", "name"),
    closed = as.numeric(unlist(row[paste0("closed_", chosen)])),
    opened = as.numeric(unlist(row[paste0("opened_", chosen)])),
    median_s = as.numeric(unlist(row[paste0("median_", chosen)])),
    stringsAsFactors = FALSE
  ))
}

#' Adds the shares of step 1 and of the step before.
with_shares <- function(steps) {
  steps$of_first <- ratio_of(steps$closed, steps$closed[1])
  steps$of_previous <- c(
    NA,
    ratio_of(steps$closed[-1], utils::head(steps$closed, -1))
  )[seq_len(nrow(steps))]
  steps
}

#' Returns one row per segment and one column per step of an own funnel.
own_segments <- function(query, filters, steps, by) {
  stopifnot(by %in% names(segments))
  way <- steps_sql(filters, steps)
  chosen <- letters[seq_along(steps)]
  rows <- query(
    sprintf(
      "
    SELECT %s AS segment, %s
    FROM (%s) way JOIN session_acquisition visit USING (session_key)
    WHERE way.p_a IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1",
      segments[[by]],
      paste(sprintf("count(way.p_%s) AS step_%d", chosen, seq_along(steps)), collapse = ", "),
      way$sql
    ),
    way$values
  )
  rows$through <- ratio_of(rows[[paste0("step_", length(steps))]], rows$step_1)
  rows
}

# SQL of the segments of a funnel.
segments <- c(
  channel = "visit.channel",
  login_state = "visit.login_state",
  device = "coalesce(visit.device_category, '')",
  source = "visit.source",
  campaign = "coalesce(visit.campaign, '')"
)
