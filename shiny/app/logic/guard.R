# Which requests are answered, and the headers of the answers. All pages that somebody's browser
# shows can open a WebSocket to this server, and by a name of their own they can read its pages.

loopback_names <- c("localhost", "127.0.0.1", "[::1]")

#' Returns the names by which this server may be reached: those of this machine, and those of
#' DASHBOARD_HOSTS, separated by commas.
known_hosts <- function(environment = Sys.getenv()) {
  given <- if ("DASHBOARD_HOSTS" %in% names(environment)) environment[["DASHBOARD_HOSTS"]] else ""
  hosts <- trimws(tolower(strsplit(given, ",", fixed = TRUE)[[1]]))
  c(loopback_names, hosts[nzchar(hosts)])
}

#' Tells whether a Host header names this server, with any port.
is_known_host <- function(host, known = known_hosts()) {
  is_text(host) && sub(":[0-9]{1,5}$", "", tolower(host)) %in% known
}

#' Tells whether a page of this server opens the WebSocket, or a program without a page. The scheme
#' is left out: a proxy in front may speak TLS.
is_same_origin <- function(origin, host) {
  if (is.null(origin) || identical(origin, "")) {
    return(TRUE)
  }
  without_port <- function(text) sub(":(80|443)$", "", tolower(text))
  is_text(origin) &&
    is_text(host) &&
    grepl("^https?://[^/]+$", origin, ignore.case = TRUE) &&
    identical(without_port(sub("^https?://", "", origin, ignore.case = TRUE)), without_port(host))
}

is_text <- function(value) is.character(value) && length(value) == 1 && !is.na(value)

key_cookie <- "clickstream_dashboards"

#' Returns the key that each request needs, from DASHBOARD_KEY. NULL if none is set: then everybody
#' who reaches the port is answered.
dashboard_key <- function(environment = Sys.getenv()) {
  given <- if ("DASHBOARD_KEY" %in% names(environment)) environment[["DASHBOARD_KEY"]] else ""
  if (nzchar(given)) given else NULL
}

#' Tells whether a request gives the key in its address ("?key=…"). Its answer sets the cookie.
gives_key <- function(request, key = dashboard_key()) {
  query <- request$QUERY_STRING
  !is.null(key) && is_text(query) && is_same_text(shiny::parseQueryString(query)$key, key)
}

#' Tells whether a request may read: it gives the key or the cookie, or none is needed.
has_key <- function(request, key = dashboard_key()) {
  is.null(key) || gives_key(request, key) || is_same_text(cookie(request, key_cookie), key)
}

#' Returns the value of a cookie, or NULL.
cookie <- function(request, name) {
  sent <- request$HTTP_COOKIE
  parts <- if (is_text(sent)) trimws(strsplit(sent, ";", fixed = TRUE)[[1]]) else character()
  prefix <- paste0(name, "=")
  found <- parts[startsWith(parts, prefix)]
  if (length(found) == 1) substring(found, nchar(prefix) + 1) else NULL
}

#' Compares without telling by the time how much is equal.
is_same_text <- function(text, expected) {
  if (!is_text(text)) {
    return(FALSE)
  }
  given <- as.integer(charToRaw(text))
  wanted <- as.integer(charToRaw(expected))
  length(given) == length(wanted) && sum(bitwXor(given, wanted)) == 0
}

#' Tells whether a request may be answered.
may_read <- function(request) is_known_host(request$HTTP_HOST) && has_key(request)

#' Tells whether a request may open a session.
may_open <- function(request) {
  may_read(request) && is_same_origin(request$HTTP_ORIGIN, request$HTTP_HOST)
}

#' Returns the headers of each page. Scripts come from this server only; none stands in the page.
#' Shiny and htmlwidgets make functions of texts that this server sends ("unsafe-eval"). They and
#' plotly.js set styles by script, and plotly.js draws images from data. No other page may show this
#' one in a frame.
security_headers <- function() {
  list(
    `Content-Security-Policy` = paste(
      c(
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'"
      ),
      collapse = "; "
    ),
    `X-Content-Type-Options` = "nosniff",
    `X-Frame-Options` = "DENY",
    `Referrer-Policy` = "no-referrer",
    `Cross-Origin-Opener-Policy` = "same-origin",
    `Cross-Origin-Resource-Policy` = "same-origin",
    `Cache-Control` = "no-store"
  )
}
