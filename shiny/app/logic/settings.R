# Connection settings, from environment variables only: no file and no argument holds a secret.

loopback_hosts <- c("localhost", "127.0.0.1", "::1")

#' Reads DW_HOST, DW_PORT, DW_NAME, DW_USER, DW_PASSWORD, DW_SSLMODE and DW_SSLROOTCERT.
#'
#' A remote host is reached over TLS with a verified certificate, unless DW_SSLMODE says otherwise.
warehouse_settings <- function(environment = Sys.getenv()) {
  value <- function(name, default = "") {
    given <- if (name %in% names(environment)) environment[[name]] else ""
    if (nzchar(given)) given else default
  }
  missing <- Filter(function(name) !nzchar(value(name)), c("DW_HOST", "DW_NAME", "DW_USER"))
  if (length(missing) > 0) {
    stop(warehouse_error(
      "not_configured",
      sprintf(
        "Cannot find the warehouse: %s is not set. Set it in the environment.",
        paste(missing, collapse = ", ")
      )
    ))
  }
  host <- value("DW_HOST")
  is_local <- host %in% loopback_hosts || startsWith(host, "/")
  list(
    host = host,
    port = value("DW_PORT", "5432"),
    name = value("DW_NAME"),
    user = value("DW_USER"),
    password = value("DW_PASSWORD"),
    sslmode = value("DW_SSLMODE", if (is_local) "prefer" else "verify-full"),
    sslrootcert = value("DW_SSLROOTCERT")
  )
}

#' Returns the seconds after which a query is canceled: DASHBOARD_QUERY_SECONDS, or 15.
query_seconds <- function(environment = Sys.getenv()) {
  name <- "DASHBOARD_QUERY_SECONDS"
  given <- if (name %in% names(environment)) environment[[name]] else ""
  if (!nzchar(given)) {
    return(15)
  }
  if (!grepl("^[1-9][0-9]{0,4}$", given)) {
    stop(sprintf(
      paste(
        "Cannot read %s: '%s' is not a number of seconds from 1 to 99999.",
        "Set it to one, or unset it."
      ),
      name,
      given
    ))
  }
  as.numeric(given)
}

#' Returns libpq's connection string, without the password: the driver's error messages repeat it.
connection_string <- function(settings) {
  parts <- c(
    host = settings$host,
    port = settings$port,
    dbname = settings$name,
    user = settings$user,
    sslmode = settings$sslmode,
    sslrootcert = settings$sslrootcert,
    connect_timeout = "5",
    application_name = "clickstream dashboards"
  )
  parts <- parts[nzchar(parts)]
  quoted <- gsub("(['\\\\])", "\\\\\\1", parts)
  paste(sprintf("%s='%s'", names(parts), quoted), collapse = " ")
}

#' Creates an error condition with a message for people and a kind that the pages explain.
#'
#' @param kind not_configured, unreachable, not_migrated, forbidden, empty, too_slow or failed
warehouse_error <- function(kind, message) {
  structure(
    class = c("warehouse_error", "error", "condition"),
    list(message = message, call = NULL, kind = kind)
  )
}
