# Values reach PostgreSQL as parameters, never as text of a statement.

#' Replaces :names in a statement by $1, $2… and returns it with the values as text.
#'
#' Names are in lower case. `::type` and 'HH24:MI' are not names.
#'
#' @param values a list by name; several values are an sql_array()
bind_names <- function(sql, values) {
  pattern <- "(?<![:\\w]):([a-z][a-z_]*)\\b"
  found <- gregexpr(pattern, sql, perl = TRUE)
  names <- substring(unlist(regmatches(sql, found)), 2)
  used <- unique(names)
  unknown <- setdiff(used, names(values))
  if (length(unknown) > 0) {
    stop(sprintf("Cannot bind :%s: no value is given.", paste(unknown, collapse = ", :")))
  }
  regmatches(sql, found) <- list(sprintf("$%d", match(names, used)))
  list(sql = sql, values = unname(vapply(values[used], as_parameter, "")))
}

#' Formats one value as the text of a parameter.
as_parameter <- function(value) {
  if (inherits(value, "sql_array")) {
    return(array_literal(unclass(value)))
  }
  if (length(value) != 1 || is.na(value)) {
    stop("Cannot bind a parameter: it is not one value. Use sql_array() for several.")
  }
  if (is.numeric(value)) {
    format(value, scientific = FALSE, digits = 15, trim = TRUE)
  } else {
    enc2utf8(as.character(value))
  }
}

#' Marks values as one array parameter.
sql_array <- function(values) structure(as.character(values), class = "sql_array")

#' Formats values as a PostgreSQL array: {"a","b \" c"}.
array_literal <- function(values) {
  quoted <- gsub("([\"\\\\])", "\\\\\\1", enc2utf8(values))
  sprintf("{%s}", paste(sprintf("\"%s\"", quoted), collapse = ","))
}
