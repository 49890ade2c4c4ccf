# The application behind its guard (logic/guard.R).

#' Returns an application that refuses other hosts, origins and keys, and sends security headers.
guarded <- function(app) {
  page <- app$httpHandler
  app$httpHandler <- function(request, ...) {
    response <- if (may_read(request)) page(request, ...) else forbidden()
    let_browsers_keep_libraries()
    if (inherits(response, "httpResponse")) {
      response$headers <- utils::modifyList(as.list(response$headers), security_headers())
      if (may_read(request) && gives_key(request)) {
        response$headers$`Set-Cookie` <- paste0(
          key_cookie,
          "=",
          dashboard_key(),
          "; Path=/; HttpOnly; SameSite=Strict"
        )
      }
    }
    response
  }
  started <- app$onStart
  app$onStart <- function() {
    # Downloads and other answers of a session, too.
    options(shiny.http.response.filter = function(request, response) {
      if (may_read(request)) response else forbidden()
    })
    refuse_foreign_sockets()
    if (!is.null(started)) started()
  }
  app
}

# A day, after which a browser asks whether the file has changed.
library_age_s <- 86400

#' Lets browsers keep the files of libraries, such as plotly.js with 4.5 MB. Shiny serves each
#' library from a folder with its version, which is known when the first page has been rendered.
#' Bootstrap is left out: its style sheet is compiled with the theme of the dashboards.
let_browsers_keep_libraries <- function(server = getShinyOption("server")) {
  if (is.null(server)) {
    return(invisible())
  }
  paths <- server$getStaticPaths()
  is_library <- grepl("-[0-9]+(\\.[0-9]+)+$", names(paths)) &
    !startsWith(names(paths), "bootstrap-")
  is_new <- vapply(paths, function(path) length(path$options$headers) == 0, NA)
  new <- lapply(paths[is_library & is_new], function(path) {
    httpuv::staticPath(
      path$path,
      headers = list(`Cache-Control` = sprintf("public, max-age=%d", library_age_s))
    )
  })
  if (length(new) > 0) {
    server$setStaticPath(.list = new)
  }
  invisible()
}

forbidden <- function() {
  httpResponse(403L, "text/plain; charset=utf-8", "Forbidden\n")
}

#' Closes a WebSocket of another origin before Shiny answers it. The server function refuses it
#' again, where Shiny has no such handlers.
refuse_foreign_sockets <- function() {
  manager <- get0("handlerManager", envir = asNamespace("shiny"), inherits = FALSE)
  if (!is.null(manager) && is.function(manager$addWSHandler)) {
    manager$addWSHandler(
      function(socket) {
        if (!may_open(socket$request)) {
          socket$close()
          TRUE
        }
      },
      "clickstream-guard"
    )
  }
}
