# Runs the event loop until a condition holds.
eventually <- function(condition) {
  limit <- Sys.time() + 60
  while (!condition() && Sys.time() < limit) later::run_now(0.05)
  expect_true(condition())
}

# Returns a function that reads the result of a task, or "waiting".
reader_of <- function(background, visitor, key, task) {
  function() {
    isolate(tryCatch(
      result_of(background, visitor, key, task),
      shiny.silent.error = function(waiting) "waiting",
      error = conditionMessage
    ))
  }
}

test_that("a result is there after its process has ended, for all visitors", {
  background <- new_background(NULL)
  process <- Sys.getpid()
  first <- reader_of(background, "a", "key", function() Sys.getpid())
  expect_equal(first(), "waiting")
  eventually(function() first() != "waiting")
  expect_false(first() == process)
  expect_equal(reader_of(background, "b", "key", function() "another")(), first())
  expect_equal(length(background$jobs), 0)
})

test_that("an error and the end of a process reach the page", {
  background <- new_background(NULL)
  failing <- reader_of(background, "a", 1, function() stop("no such column"))
  killed <- reader_of(background, "a", 2, function() tools::pskill(Sys.getpid(), 9))
  failing()
  killed()
  eventually(function() failing() == "no such column")
  eventually(function() grepl("ended early", killed()))
})

test_that("a visitor's slow queries do not keep another's waiting", {
  background <- new_background(NULL, at_once = 3, at_once_per_visitor = 2)
  gate <- tempfile()
  slow <- lapply(1:6, function(n) {
    reader_of(background, "slow", n, function() {
      while (!file.exists(gate)) Sys.sleep(0.02)
      n
    })
  })
  for (read in slow) expect_equal(read(), "waiting")
  other <- reader_of(background, "other", "x", function() "quick")
  other()
  eventually(function() other() == "quick")
  for (read in slow) expect_equal(read(), "waiting")
  file.create(gate)
  for (n in 1:6) eventually(function() identical(slow[[n]](), n))
})

test_that("a reactive runs again when its result has come", {
  background <- new_background(NULL)
  testServer(
    function(input, output, session) {
      rows <- reactive(result_of(background, session$token, "rows", function() 1:3))
      output$sum <- renderText(sum(rows()))
    },
    {
      expect_error(output$sum, class = "shiny.silent.error")
      eventually(function() {
        session$flushReact()
        identical(tryCatch(output$sum, error = function(waiting) ""), "6")
      })
    }
  )
})
