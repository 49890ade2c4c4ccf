# The connection to the warehouse: read only, with a timeout, reopened when it breaks.

known_schema <- 2

#' Creates a warehouse that connects at its first query.
#'
#' @param settings a function, so that the page can show an error of the settings
#' @param timeout_s seconds after which a query is canceled; DASHBOARD_QUERY_SECONDS, or 15
#' @param state_age_s seconds for which the state of the warehouse is cached
new_warehouse <- function(
  settings = warehouse_settings,
  timeout_s = query_seconds(),
  state_age_s = 5
) {
  warehouse <- new.env(parent = emptyenv())
  warehouse$settings <- settings
  warehouse$timeout_s <- timeout_s
  warehouse$state_age_s <- state_age_s
  warehouse$connection <- NULL
  warehouse
}

#' Closes the connection, if there is one.
close_warehouse <- function(warehouse) {
  if (!is.null(warehouse$connection)) {
    suppressWarnings(try(DBI::dbDisconnect(warehouse$connection), silent = TRUE))
    warehouse$connection <- NULL
  }
}

#' Opens a connection and sets it up.
open_connection <- function(settings, timeout_s) {
  connection <- tryCatch(
    suppressWarnings(DBI::dbConnect(
      RPostgreSQL::PostgreSQL(),
      dbname = connection_string(settings),
      password = settings$password
    )),
    error = function(fault) {
      stop(warehouse_error(
        "unreachable",
        sprintf(
          "Cannot connect to database %s at %s:%s as %s: %s",
          settings$name,
          settings$host,
          settings$port,
          settings$user,
          connection_fault(conditionMessage(fault))
        )
      ))
    }
  )
  tryCatch(prepare(connection, timeout_s), error = function(fault) {
    suppressWarnings(try(DBI::dbDisconnect(connection), silent = TRUE))
    stop(warehouse_error(
      "unreachable",
      sprintf(
        "Cannot use the connection to %s:%s: it broke right after it was opened.",
        settings$host,
        settings$port
      )
    ))
  })
  connection
}

#' Sets up a connection: read only, timeout, role.
prepare <- function(connection, timeout_s) {
  # Distinct visitors per page or product need a group for each pair. Compiling costs more than it
  # saves. All settings in one request: each query has a new connection.
  run(
    connection,
    paste(
      "SET client_encoding TO 'UTF8'",
      "SET default_transaction_read_only TO on",
      sprintf("SET statement_timeout TO '%ds'", as.integer(timeout_s)),
      "SET search_path TO public",
      "SET work_mem TO '128MB'",
      "SET jit TO off",
      sep = "; "
    )
  )
  # The reader role, also for a login with more rights: all people see the same.
  is_member <- run(
    connection,
    "
    SELECT EXISTS (
      SELECT FROM pg_roles WHERE rolname = 'clickstream_reader' AND pg_has_role(oid, 'MEMBER')
    ) AS is_member"
  )$is_member
  if (is_member) {
    # Since PostgreSQL 16 a member may lack the SET option. It then reads by the rights it inherits.
    suppressWarnings(try(run(connection, "SET ROLE clickstream_reader"), silent = TRUE))
  }
}

#' Extracts libpq's message from the driver's, which repeats the connection string.
connection_fault <- function(message) {
  lines <- trimws(sub("^.*dbname .*?\"\\s*:", "", gsub("\\s+", " ", message)))
  trimws(sub("\\)$", "", sub("^.*?connection to server", "connection to server", lines)))
}

#' Runs a statement and returns its rows.
run <- function(connection, sql, values = NULL) {
  result <- if (length(values) > 0) {
    DBI::dbSendQuery(connection, sql, values)
  } else {
    DBI::dbSendQuery(connection, sql)
  }
  on.exit(DBI::dbClearResult(result))
  if (DBI::dbColumnInfo(result) |> NROW() == 0) {
    return(invisible(NULL))
  }
  as_utf8(DBI::fetch(result, n = -1))
}

#' Marks texts as UTF-8. The driver returns their bytes unmarked.
as_utf8 <- function(rows) {
  for (column in names(rows)) {
    if (is.character(rows[[column]])) {
      Encoding(rows[[column]]) <- "UTF-8"
    }
  }
  rows
}

#' Runs a statement with :names and returns its rows.
#'
#' Cast times and dates to text or seconds in the statement. A broken connection is reopened once.
ask <- function(warehouse, sql, values = list()) {
  bound <- bind_names(sql, values)
  for (attempt in 1:2) {
    if (is.null(warehouse$connection)) {
      settings <- warehouse$settings()
      warehouse$connection <- open_connection(settings, warehouse$timeout_s)
    }
    began <- proc.time()[["elapsed"]]
    answer <- tryCatch(
      suppressWarnings(run(warehouse$connection, bound$sql, bound$values)),
      error = identity
    )
    if (!inherits(answer, "error")) {
      return(answer)
    }
    if (is_alive(warehouse$connection)) {
      stop(question_fault(answer, proc.time()[["elapsed"]] - began, warehouse$timeout_s))
    }
    # The connection broke: retry once on a new one.
    close_warehouse(warehouse)
  }
  stop(warehouse_error("unreachable", "Cannot query the warehouse: the connection broke twice."))
}

#' Tells whether a connection still answers.
is_alive <- function(connection) {
  isTRUE(tryCatch(
    suppressWarnings(run(connection, "SELECT 1 AS one")$one == 1),
    error = function(fault) FALSE
  ))
}

#' Classifies the error of a query by its duration, since the server's messages may be translated.
question_fault <- function(fault, seconds, timeout_s) {
  if (seconds >= timeout_s) {
    return(warehouse_error(
      "too_slow",
      sprintf(
        "Cannot show this: no answer within %d s. Choose a shorter range of days.",
        timeout_s
      )
    ))
  }
  said <- sub(
    ".*could not Retrieve the result *: *",
    "",
    gsub("\\s+", " ", conditionMessage(fault))
  )
  warehouse_error(
    "failed",
    sprintf("A query failed: %s", trimws(sub("\\)\\s*$", "", said)))
  )
}

#' Returns the state of the warehouse: kind is ok, or the kind of the error, with a message.
#'
#' `version` changes with each load, which makes the pages query again.
warehouse_state <- function(warehouse) {
  tryCatch(read_state(warehouse), warehouse_error = function(fault) {
    list(kind = fault$kind, message = conditionMessage(fault), version = conditionMessage(fault))
  })
}

#' Returns the cached state of the warehouse. All browsers share this process, so that not each of
#' them waits for a server that does not answer.
lately_seen_state <- function(warehouse) {
  if (
    is.null(warehouse$seen_at) ||
      proc.time()[["elapsed"]] - warehouse$seen_at >= warehouse$state_age_s
  ) {
    warehouse$seen <- warehouse_state(warehouse)
    warehouse$seen_at <- proc.time()[["elapsed"]]
  }
  warehouse$seen
}

needed_tables <- c(
  "warehouse_settings",
  "v_today",
  "v_loaded_days",
  "etl_runs",
  "clickstream_sessions",
  "session_acquisition",
  "session_funnels",
  "session_pages",
  "traffic_daily",
  "traffic_minutely"
)

#' Reads the state of the warehouse, or stops with a warehouse_error.
read_state <- function(warehouse) {
  require_readable(warehouse)
  found <- read_settings_and_loads(warehouse)
  version <- paste(found$runs, found$finished, found$today)
  if (is.na(found$zone) || is.na(found$today)) {
    return(c(found, kind = "empty", version = version, message = empty_message(found$runs)))
  }
  loaded <- loaded_days(function(sql, values = list()) ask(warehouse, sql, values))
  # A warehouse without a ledger counts as loaded on its last day.
  if (nrow(loaded) == 0) {
    found$first_day <- found$today
    loaded <- all_complete(found$today, found$today)
  }
  c(found, list(kind = "ok", version = version, message = "", loaded = loaded))
}

#' Stops with a warehouse_error unless the schema is known and its tables may be read.
require_readable <- function(warehouse) {
  known <- ask(
    warehouse,
    "
    SELECT current_user AS reader, current_database() AS name,
      to_regclass('schema_version') IS NOT NULL AS has_schema,
      coalesce(has_table_privilege(to_regclass('schema_version'), 'SELECT'), FALSE) AS may_read,
      coalesce((SELECT string_agg(needed, ', ') FROM unnest(:needed::text[]) AS needed
        WHERE NOT coalesce(has_table_privilege(to_regclass(needed), 'SELECT'), FALSE)),
          '') AS closed,
      coalesce((SELECT string_agg(needed, ', ') FROM unnest(:needed::text[]) AS needed
        WHERE to_regclass(needed) IS NULL), '') AS absent",
    list(needed = sql_array(needed_tables))
  )
  if (!known$has_schema) {
    stop(not_migrated("Database %s has no warehouse.", known$name))
  }
  if (!known$may_read) {
    stop(forbidden_to(known$reader, "the warehouse"))
  }
  version <- ask(warehouse, "SELECT max(version) AS version FROM schema_version")$version
  if (version < known_schema || nzchar(known$absent)) {
    stop(not_migrated(
      "Database %s has schema %d, and the dashboards need %d.",
      known$name,
      version,
      known_schema
    ))
  }
  if (nzchar(known$closed)) {
    stop(forbidden_to(known$reader, known$closed))
  }
}

#' Creates the error of a warehouse without the needed schema.
not_migrated <- function(format, ...) {
  warehouse_error(
    "not_migrated",
    paste(sprintf(format, ...), "Run ./clickstream migrate --jdbc-url … --db-user …")
  )
}

#' Creates the error of a login that may not read something.
forbidden_to <- function(reader, what) {
  warehouse_error(
    "forbidden",
    sprintf("%s has no right to read %s. Run GRANT clickstream_reader TO %s.", reader, what, reader)
  )
}

#' Reads the settings, the first and the last day, and how many loads there were.
read_settings_and_loads <- function(warehouse) {
  as.list(ask(
    warehouse,
    "
    SELECT today.day::text AS today,
      (SELECT min(day)::text FROM v_loaded_days
        WHERE day >= (SELECT min(day) FROM traffic_daily)) AS first_day,
      settings.reporting_zone AS zone,
      (settings.closed_before AT TIME ZONE settings.reporting_zone)::date::text AS closed_day,
      settings.price_scale::int AS price_scale, settings.session_gap_s::int AS session_gap_s,
      (SELECT to_char(max(minute) AT TIME ZONE settings.reporting_zone, 'YYYY-MM-DD HH24:MI')
        FROM traffic_minutely WHERE events > 0) AS newest_minute,
      runs.runs::int AS runs, runs.finished AS finished
    FROM v_today today
    CROSS JOIN (SELECT count(*) AS runs, max(finished_at)::text AS finished FROM etl_runs) runs
    LEFT JOIN warehouse_settings settings ON TRUE"
  ))
}

#' Says why a warehouse has no events.
empty_message <- function(runs) {
  if (runs == 0) {
    return("Nothing is loaded yet. The pages fill after the first load.")
  }
  sprintf(
    "%s so far, without an event. Data quality & runs shows what was rejected.",
    count_of(runs, "load")
  )
}
