test_that("names become numbered parameters; casts and formats do not", {
  bound <- bind_names(
    "SELECT :a::text, to_char(now(), 'HH24:MI') WHERE x = :b AND y = :a",
    list(a = "1", b = "2", c = "3")
  )
  expect_equal(bound$sql, "SELECT $1::text, to_char(now(), 'HH24:MI') WHERE x = $2 AND y = $1")
  expect_equal(bound$values, c("1", "2"))
  expect_error(bind_names("SELECT :a", list(b = 1)), "Cannot bind :a")
})

test_that("a statement without names is unchanged", {
  expect_equal(bind_names("SELECT 1::int", list(a = 1))$sql, "SELECT 1::int")
})

hostile <- c(
  "plain",
  "it's",
  "'; DROP TABLE clickstream_events; --",
  "\\",
  "back\\slash\"quote",
  "{a,b}",
  "Điện thoại",
  "😀 emoji",
  "$1",
  ":name",
  "%_",
  " lead",
  "",
  "NULL",
  "NA",
  "a\nb\tc"
)

test_that("any text round-trips", {
  for (text in hostile) {
    expect_identical(query("SELECT :text::text AS text", list(text = text))$text, text)
  }
})

test_that("any array of texts round-trips", {
  back <- query(
    "SELECT text FROM unnest(:texts::text[]) WITH ORDINALITY AS given (text, place) ORDER BY place",
    list(texts = sql_array(hostile))
  )
  expect_identical(back$text, hostile)
  expect_equal(
    query("SELECT cardinality(:none::text[]) AS n", list(none = sql_array(character())))$n,
    0
  )
})

test_that("large numbers keep all digits", {
  expect_equal(
    query("SELECT :n::bigint::text AS n", list(n = 123456789012345))$n,
    "123456789012345"
  )
  expect_equal(query("SELECT :n::bigint::text AS n", list(n = 1e5))$n, "100000")
})

test_that("a missing value and several values are errors", {
  expect_error(bind_names("SELECT :a", list(a = NA)), "not one value")
  expect_error(bind_names("SELECT :a", list(a = c("x", "y"))), "not one value")
})
