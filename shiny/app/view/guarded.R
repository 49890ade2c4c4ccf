# The application behind its guard (logic/guard.R).

#' Returns an application that refuses other hosts, origins and keys, and sends the security headers.
guarded <- function(app) {
  page <- app$httpHandler
  app$httpHandler <- function(request, ...) {
    response <- if (may_read(request)) page(request, ...) else forbidden()
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
