test_that("only names of this machine, and given ones, are answered", {
  known <- known_hosts(c(DASHBOARD_HOSTS = "Dash.shop.example, other.example"))
  for (host in c("localhost", "LOCALHOST:3838", "127.0.0.1:1", "[::1]:3838", "dash.shop.example:443")) {
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
    app$httpHandler(list(HTTP_HOST = host, PATH_INFO = "/", REQUEST_METHOD = "GET", QUERY_STRING = ""))
  }
  for (host in c("localhost:3838", "evil.example")) {
    expect_equal(request(host)$status, if (host == "evil.example") 403L else 200L)
    headers <- request(host)$headers
    expect_match(headers$`Content-Security-Policy`, "script-src 'self' 'unsafe-eval';", fixed = TRUE)
    expect_match(headers$`Content-Security-Policy`, "frame-ancestors 'none'", fixed = TRUE)
    expect_equal(headers$`X-Content-Type-Options`, "nosniff")
    expect_equal(headers$`X-Frame-Options`, "DENY")
  }
  expect_no_match(request("evil.example")$content, "numbers", fixed = TRUE)
})
