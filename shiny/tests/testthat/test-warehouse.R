kind_of <- function(settings) {
  warehouse <- new_warehouse(settings)
  on.exit(close_warehouse(warehouse))
  warehouse_state(warehouse)[c("kind", "message")]
}

test_that("the seeded warehouse is ready and has its state", {
  expect_equal(the_state$kind, "ok")
  expect_equal(the_state$zone, zone)
  expect_equal(the_state$today, "2026-11-22")
  expect_equal(the_state$first_day, "2026-09-28")
})

test_that("the seeded warehouse passes the checks of a warehouse", {
  checks <- Sys.glob(file.path(root, "..", "sql", "checks", "*.sql"))
  expect_gt(length(checks), 20)
  for (check in checks) {
    expect_equal(psql(seeded, "-f", check), character(), info = basename(check))
  }
})

test_that("writes fail, also for a login with the right to write", {
  for (statement in c(
    "INSERT INTO clickstream_orders (order_id) VALUES ('x')",
    "DELETE FROM clickstream_sessions",
    "CREATE TABLE mine (x INT)",
    "DROP TABLE clickstream_events",
    "UPDATE warehouse_settings SET price_scale = 2"
  )) {
    fault <- expect_error(query(statement), class = "warehouse_error")
    expect_equal(fault$kind, "failed")
  }
  expect_equal(query("SELECT current_user::text AS reader")$reader, "clickstream_reader")
  expect_equal(query("SELECT current_setting('default_transaction_read_only') AS it")$it, "on")
})

test_that("a slow query is canceled, and the next one works", {
  warehouse <- new_warehouse(named_database(seeded), timeout_s = 3)
  on.exit(close_warehouse(warehouse))
  fault <- expect_error(ask(warehouse, "SELECT pg_sleep(600)"), class = "warehouse_error")
  expect_equal(fault$kind, "too_slow")
  expect_equal(ask(warehouse, "SELECT 1 AS one")$one, 1)
})

test_that("a broken connection is reopened", {
  warehouse <- new_warehouse(named_database(seeded))
  on.exit(close_warehouse(warehouse))
  backend <- ask(warehouse, "SELECT pg_backend_pid() AS pid")$pid
  psql("postgres", "-c", sprintf("SELECT pg_terminate_backend(%d)", backend))
  expect_false(ask(warehouse, "SELECT pg_backend_pid() AS pid")$pid == backend)
})

test_that("a failed query shows PostgreSQL's message", {
  fault <- expect_error(query("SELECT * FROM no_such_table"), class = "warehouse_error")
  expect_equal(fault$kind, "failed")
  expect_match(conditionMessage(fault), "no_such_table")
})

test_that("the error of an unreachable server has no password", {
  state <- kind_of(function() {
    utils::modifyList(warehouse_settings(), list(port = "1", password = "s3cret"))
  })
  expect_equal(state$kind, "unreachable")
  expect_match(state$message, "refused", fixed = TRUE)
  expect_no_match(state$message, "s3cret|connect_timeout")
  expect_equal(kind_of(named_database("there_is_no_such_database"))$kind, "unreachable")
})

test_that("a server with an unverified certificate is refused", {
  state <- kind_of(function() {
    utils::modifyList(warehouse_settings(), list(sslmode = "verify-full"))
  })
  expect_equal(state$kind, "unreachable")
})

test_that("missing settings are named", {
  state <- kind_of(function() warehouse_settings(c(DW_HOST = "x")))
  expect_equal(state$kind, "not_configured")
})

test_that("an empty database, an old schema and an empty warehouse are distinguished", {
  blank <- scratch_database(migrated = FALSE)
  expect_equal(kind_of(named_database(blank))$kind, "not_migrated")
  psql(
    blank,
    "-c",
    "CREATE TABLE schema_version (version INT, description TEXT);
    INSERT INTO schema_version VALUES (1, 'old');
    GRANT SELECT ON schema_version TO clickstream_reader"
  )
  old <- kind_of(named_database(blank))
  expect_equal(old$kind, "not_migrated")
  expect_match(old$message, "has schema 1")
  empty <- scratch_database()
  state <- kind_of(named_database(empty))
  expect_equal(state$kind, "empty")
  expect_match(state$message, "Nothing is loaded")
})

test_that("a login without the reader role gets an error that names it, and works with it", {
  database <- scratch_database()
  role <- sprintf("dashboards_test_%d", Sys.getpid())
  psql("postgres", "-c", sprintf("CREATE ROLE %s LOGIN PASSWORD 'x'", role))
  at_end(
    function() {
      psql(database, "-c", sprintf("DROP OWNED BY %s", role))
      psql("postgres", "-c", sprintf("DROP ROLE %s", role))
    },
    environment()
  )
  settings <- function() {
    utils::modifyList(warehouse_settings(), list(name = database, user = role, password = "x"))
  }
  warehouse <- new_warehouse(settings)
  state <- warehouse_state(warehouse)
  expect_equal(state$kind, "forbidden")
  expect_match(state$message, sprintf("GRANT clickstream_reader TO %s", role))
  # The same process after the grant.
  psql(database, "-c", sprintf("GRANT clickstream_reader TO %s", role))
  expect_equal(warehouse_state(warehouse)$kind, "empty")
  close_warehouse(warehouse)
})
