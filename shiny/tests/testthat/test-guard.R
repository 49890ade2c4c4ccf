test_that("only names of this machine, and given ones, are answered", {
  known <- known_hosts(c(DASHBOARD_HOSTS = "Dash.shop.example, other.example"))
  for (host in c(
    "localhost",
    "LOCALHOST:3838",
    "127.0.0.1:1",
    "[::1]:3838",
    "dash.shop.example:443"
  )) {
    expect_true(is_known_host(host, known))
  }
  for (host in list(
    NULL,
    "",
    "evil.example",
    "localhost.evil.example",
    "localhost:x",
    "127.0.0.1.evil.example",
    c("localhost", "evil.example"),
    NA_character_
  )) {
    expect_false(is_known_host(host, known))
  }
  expect_false(is_known_host("dash.shop.example", known_hosts(character())))
})

test_that("only pages of this server open a session", {
  host <- "localhost:3838"
  for (origin in list(NULL, "", "http://localhost:3838", "https://LOCALHOST:3838")) {
    expect_true(is_same_origin(origin, host))
  }
  for (origin in list(
    "null",
    "http://evil.example",
    "http://localhost",
    "http://localhost:3839",
    "http://localhost:3838.evil.example",
    "http://evil.example/localhost:3838",
    "file://localhost:3838",
    c("http://localhost:3838", "http://evil.example")
  )) {
    expect_false(is_same_origin(origin, host))
  }
  expect_true(is_same_origin("https://dash.example", "dash.example:443"))
  expect_false(may_open(list(HTTP_HOST = "evil.example", HTTP_ORIGIN = "http://evil.example")))
})

test_that("pages of other hosts are not answered, and all answers have the headers", {
  app <- guarded(shinyApp(ui = fluidPage("numbers"), server = function(input, output) NULL))
  request <- function(host) {
    app$httpHandler(list(
      HTTP_HOST = host,
      PATH_INFO = "/",
      REQUEST_METHOD = "GET",
      QUERY_STRING = ""
    ))
  }
  for (host in c("localhost:3838", "evil.example")) {
    expect_equal(request(host)$status, if (host == "evil.example") 403L else 200L)
    headers <- request(host)$headers
    expect_match(
      headers$`Content-Security-Policy`,
      "script-src 'self' 'unsafe-eval';",
      fixed = TRUE
    )
    expect_match(headers$`Content-Security-Policy`, "frame-ancestors 'none'", fixed = TRUE)
    expect_equal(headers$`X-Content-Type-Options`, "nosniff")
    expect_equal(headers$`X-Frame-Options`, "DENY")
  }
  expect_no_match(request("evil.example")$content, "numbers", fixed = TRUE)
})

test_that("requests need the key or the cookie, if there is a key", {
  key <- "a-key_of-this-start"
  with_cookie <- function(...) list(HTTP_COOKIE = paste0(...))
  expect_true(has_key(list(), NULL))
  expect_true(has_key(list(QUERY_STRING = paste0("?key=", key)), key))
  expect_true(has_key(list(QUERY_STRING = paste0("?page=orders&key=", key)), key))
  expect_true(has_key(with_cookie("a=b; ", key_cookie, "=", key), key))
  for (request in list(
    list(),
    list(QUERY_STRING = ""),
    list(QUERY_STRING = "?key="),
    list(QUERY_STRING = "?key=a-key_of-this-star"),
    list(QUERY_STRING = "?key=a-key_of-this-startx"),
    list(QUERY_STRING = "?yek=a-key_of-this-start"),
    with_cookie(""),
    with_cookie(key_cookie),
    with_cookie(key_cookie, "="),
    with_cookie(key_cookie, "=", key, "x"),
    with_cookie("x", key_cookie, "=", key),
    with_cookie(key_cookie, "=", key, "; ", key_cookie, "=other"),
    list(HTTP_COOKIE = NA_character_)
  )) {
    expect_false(has_key(request, key))
    expect_true(has_key(request, NULL))
  }
  expect_null(dashboard_key(character()))
  expect_null(dashboard_key(c(DASHBOARD_KEY = "")))
  expect_equal(dashboard_key(c(DASHBOARD_KEY = key)), key)
})

test_that("with a key, pages and sessions are for those who have it, and it becomes a cookie", {
  before <- Sys.getenv("DASHBOARD_KEY", NA)
  Sys.setenv(DASHBOARD_KEY = "secret-key")
  on.exit(if (is.na(before)) Sys.unsetenv("DASHBOARD_KEY") else Sys.setenv(DASHBOARD_KEY = before))
  app <- guarded(shinyApp(ui = fluidPage("numbers"), server = function(input, output) NULL))
  request <- function(query = "", cookie = NULL) {
    app$httpHandler(list(
      HTTP_HOST = "localhost:3838",
      PATH_INFO = "/",
      REQUEST_METHOD = "GET",
      QUERY_STRING = query,
      HTTP_COOKIE = cookie
    ))
  }
  for (refused in list(request(), request("?key=other"), request("", "a=b"))) {
    expect_equal(refused$status, 403L)
    expect_no_match(refused$content, "numbers", fixed = TRUE)
    expect_null(refused$headers$`Set-Cookie`)
  }
  first <- request("?key=secret-key")
  expect_equal(first$status, 200L)
  expect_equal(
    first$headers$`Set-Cookie`,
    "clickstream_dashboards=secret-key; Path=/; HttpOnly; SameSite=Strict"
  )
  second <- request("", "clickstream_dashboards=secret-key")
  expect_equal(second$status, 200L)
  expect_null(second$headers$`Set-Cookie`)
  socket <- list(HTTP_HOST = "localhost:3838", HTTP_ORIGIN = "http://localhost:3838")
  expect_false(may_open(socket))
  expect_true(may_open(c(socket, HTTP_COOKIE = "clickstream_dashboards=secret-key")))
})
