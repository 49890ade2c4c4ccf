given <- c(
  DW_HOST = "db.example",
  DW_NAME = "shop",
  DW_USER = "dashboard",
  DW_PASSWORD = "s3cret'\\"
)

test_that("a remote host needs a verified certificate, the local host does not", {
  expect_equal(warehouse_settings(given)$sslmode, "verify-full")
  expect_equal(warehouse_settings(c(given, DW_SSLMODE = "require"))$sslmode, "require")
  for (local in c("127.0.0.1", "localhost", "::1", "/run/postgresql")) {
    expect_equal(warehouse_settings(replace(given, "DW_HOST", local))$sslmode, "prefer")
  }
})

test_that("the connection string has quoted values and no password", {
  text <- connection_string(warehouse_settings(replace(given, "DW_NAME", "it's a \\ name")))
  expect_match(text, "dbname='it\\'s a \\\\ name'", fixed = TRUE)
  expect_match(text, "sslmode='verify-full'", fixed = TRUE)
  expect_no_match(text, "s3cret", fixed = TRUE)
})

test_that("missing variables are named", {
  fault <- expect_error(warehouse_settings(c(DW_HOST = "x")), class = "warehouse_error")
  expect_equal(fault$kind, "not_configured")
  expect_match(conditionMessage(fault), "DW_NAME, DW_USER", fixed = TRUE)
})

test_that("a query is canceled after the seconds of the environment", {
  expect_equal(query_seconds(character()), 15)
  expect_equal(query_seconds(c(DASHBOARD_QUERY_SECONDS = "")), 15)
  expect_equal(query_seconds(c(DASHBOARD_QUERY_SECONDS = "1")), 1)
  expect_equal(query_seconds(c(DASHBOARD_QUERY_SECONDS = "99999")), 99999)
  for (wrong in c("0", "-1", "1.5", "100000", "ten")) {
    expect_error(query_seconds(c(DASHBOARD_QUERY_SECONDS = wrong)), "is not a number of seconds")
  }
})
