# Returns a function that reads the result of a task, or "waiting".
reader_of <- function(background, visitor, key, call, values = list(), limit_s = 60) {
  function() {
    isolate(tryCatch(
      result_of(background, visitor, key, call, values, limit_s),
      shiny.silent.error = function(waiting) "waiting",
      error = conditionMessage
    ))
  }
}

server <- new_fork_server(file.path(root, "app"))
background_here <- function(...) new_background(NULL, ..., server = server)

# Tells whether a process runs. One that nobody waits for is a zombie (Z) after its end.
runs <- function(pid) {
  state <- suppressWarnings(system2("ps", c("-o", "stat=", "-p", pid), stdout = TRUE))
  length(state) > 0 && !startsWith(state[[1]], "Z")
}

test_that("a result is there after its process has ended, for all visitors", {
  background <- background_here()
  first <- reader_of(background, "a", "key", quote(Sys.getpid()))
  expect_equal(first(), "waiting")
  eventually(function() first() != "waiting")
  expect_false(first() %in% c(Sys.getpid(), fork_server_pid(server)))
  expect_equal(reader_of(background, "b", "key", quote("another"))(), first())
  expect_equal(length(background$jobs), 0)
})

test_that("rows keep their types and their texts", {
  background <- new_background(new_warehouse(named_database(seeded)), server = server)
  rows <- function() {
    isolate(tryCatch(
      ask_in_background(
        background,
        "a",
        "1",
        "SELECT :text::text AS text, 0.5::float8 AS half, NULL::int AS none",
        list(text = "Điện thoại")
      ),
      shiny.silent.error = function(waiting) NULL
    ))
  }
  eventually(function() !is.null(rows()))
  expect_equal(
    rows(),
    data.frame(text = "Điện thoại", half = 0.5, none = NA_integer_, stringsAsFactors = FALSE)
  )
})

test_that("the state of the warehouse is read in the background, with an error of the settings", {
  seen <- NULL
  pass <- function(state) seen <<- state
  refresh_state(new_background(new_warehouse(named_database(seeded)), server = server), pass)
  eventually(function() !is.null(seen))
  expect_equal(seen, the_state)
  seen <- NULL
  nowhere <- new_warehouse(function() warehouse_settings(c(DW_HOST = "x")))
  refresh_state(new_background(nowhere, server = server), pass)
  eventually(function() !is.null(seen))
  expect_equal(seen$kind, "not_configured")
})

test_that("an error and the end of a process reach the page", {
  background <- background_here()
  failing <- reader_of(background, "a", 1, quote(stop("no such column")))
  killed <- reader_of(background, "a", 2, quote(tools::pskill(Sys.getpid(), 9)))
  failing()
  killed()
  eventually(function() failing() == "no such column")
  eventually(function() grepl("ended early", killed()))
})

test_that("a forgotten error is asked again, and results are kept", {
  background <- background_here()
  failing <- reader_of(background, "a", 1, quote(stop("no such column")))
  found <- reader_of(background, "a", 2, quote(42))
  failing()
  found()
  eventually(function() failing() == "no such column" && found() == 42)
  forget_errors(background)
  mended <- reader_of(background, "a", 1, quote("mended"))
  expect_equal(mended(), "waiting")
  expect_equal(found(), 42)
  eventually(function() mended() == "mended")
})

test_that("an overdue process is killed", {
  background <- background_here()
  file <- tempfile()
  overdue <- reader_of(
    background,
    "a",
    1,
    quote({
      writeLines(as.character(Sys.getpid()), file)
      Sys.sleep(600)
    }),
    list(file = file),
    limit_s = 1
  )
  eventually(function() grepl("ended early", overdue()))
  eventually(function() !runs(readLines(file)))
})

test_that("a fork server that was killed or stopped is replaced", {
  own <- new_fork_server(file.path(root, "app"))
  on.exit(close_fork_server(own))
  background <- new_background(NULL, server = own)
  # Killed twice: R is told of the first broken pipe only.
  for (signal in c(tools::SIGKILL, tools::SIGKILL, tools::SIGSTOP)) {
    before <- reader_of(background, "a", runif(1), quote("there"))
    eventually(function() before() == "there")
    folder <- own$folder
    tools::pskill(fork_server_pid(own), signal)
    lost <- reader_of(background, "a", runif(1), quote("there"))
    eventually(function() {
      # As if the time for an answer had passed.
      if (identical(own$folder, folder) && !is.null(own$asked_at)) {
        own$asked_at <- own$asked_at - silence_s - 1
      }
      grepl("there|ended early", lost())
    })
    after <- reader_of(background, "a", runif(1), quote("there"))
    eventually(function() after() == "there")
    expect_false(own$folder == folder)
  }
})

test_that("a task whose fork server was killed ends after its work", {
  own <- new_fork_server(file.path(root, "app"))
  on.exit(close_fork_server(own))
  folder <- tempfile()
  dir.create(folder)
  start_task(
    own,
    quote({
      writeLines(as.character(Sys.getpid()), file.path(folder, "task"))
      file.create(file.path(folder, "began"))
      while (!file.exists(file.path(folder, "gate"))) {
        Sys.sleep(0.02)
      }
    }),
    list(folder = folder)
  )
  eventually(function() file.exists(file.path(folder, "began")))
  task <- readLines(file.path(folder, "task"))
  server_pid <- fork_server_pid(own)
  tools::pskill(server_pid, tools::SIGKILL)
  eventually(function() !runs(server_pid))
  expect_true(runs(task))
  file.create(file.path(folder, "gate"))
  eventually(function() !runs(task))
})

test_that("nothing is left of an application that is killed", {
  marks <- tempfile()
  dir.create(marks)
  code <- bquote({
    setwd(.(root))
    for (file in list.files("app/logic", full.names = TRUE)) {
      source(file, encoding = "UTF-8")
    }
    server <- new_fork_server()
    for (n in 1:3) {
      start_task(
        server,
        quote({
          writeLines(as.character(Sys.getpid()), file.path(marks, paste0("task", n)))
          file.create(file.path(marks, paste0("began", n)))
          Sys.sleep(600)
        }),
        list(marks = .(marks), n = n),
        600
      )
    }
    writeLines(c(Sys.getpid(), server$folder), file.path(.(marks), "application"))
    file.create(file.path(.(marks), "began"))
    Sys.sleep(600)
  })
  script <- tempfile(fileext = ".R")
  writeLines(deparse(code), script)
  system2(file.path(R.home("bin"), "Rscript"), script, wait = FALSE)
  eventually(function() length(list.files(marks, "^began")) == 4)
  application <- readLines(file.path(marks, "application"))
  folder <- application[[2]]
  expect_equal(format(file.mode(folder)), "700")
  tasks <- vapply(file.path(marks, paste0("task", 1:3)), readLines, "")
  pids <- as.integer(c(tasks, readLines(file.path(folder, "pid"))))
  expect_true(all(vapply(pids, runs, NA)))
  tools::pskill(as.integer(application[[1]]), tools::SIGKILL)
  eventually(function() !any(vapply(pids, runs, NA)))
  expect_false(dir.exists(folder))
})

test_that("all tasks end beside a web server whose objects R collects", {
  port <- httpuv::randomPort()
  web <- httpuv::startServer(
    "127.0.0.1",
    port,
    list(
      call = function(request) list(status = 200L, headers = list(), body = "here"),
      onWSOpen = function(socket) socket$onMessage(function(binary, message) NULL)
    )
  )
  on.exit(httpuv::stopServer(web))
  # A page that opens a WebSocket, and one that is read.
  heads <- c(
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
    "Connection: close\r\n"
  )
  key <- "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
  background <- background_here(at_once_per_visitor = 8)
  start_fork_server(server)
  eventually(function() length(fork_server_pid(server)) == 1)
  open_files <- function() length(list.files(sprintf("/proc/%d/fd", fork_server_pid(server))))
  before <- open_files()
  tasks <- lapply(1:200, function(n) {
    reader_of(
      background,
      "a",
      n,
      quote({
        gc()
        n
      }),
      list(n = n)
    )
  })
  for (read in tasks) {
    read()
    for (head in heads) {
      visitor <- socketConnection("127.0.0.1", port, open = "r+b")
      writeLines(paste0("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", head, key, "\r"), visitor)
      later::run_now(0.01)
      close(visitor)
    }
  }
  eventually(function() length(background$jobs) == 0)
  expect_equal(lapply(tasks, function(read) read()), as.list(1:200))
  # No pipe of an ended child is left in the server. Eight may be open when the last result comes.
  expect_lt(open_files() - before, 20)
})

test_that("a visitor's slow queries do not keep another's waiting", {
  background <- background_here(at_once = 3, at_once_per_visitor = 2)
  gate <- tempfile()
  slow <- lapply(1:6, function(n) {
    reader_of(
      background,
      "slow",
      n,
      quote({
        while (!file.exists(gate)) {
          Sys.sleep(0.02)
        }
        n
      }),
      list(gate = gate, n = n)
    )
  })
  for (read in slow) {
    expect_equal(read(), "waiting")
  }
  other <- reader_of(background, "other", "x", quote("quick"))
  other()
  eventually(function() other() == "quick")
  for (read in slow) {
    expect_equal(read(), "waiting")
  }
  file.create(gate)
  for (n in 1:6) {
    eventually(function() identical(slow[[n]](), n))
  }
})

test_that("a reactive runs again when its result has come", {
  background <- background_here()
  testServer(
    function(input, output, session) {
      rows <- reactive(result_of(background, session$token, "rows", quote(1:3)))
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

test_that("an output can be drawn before a part of its rows is there", {
  background <- background_here()
  testServer(
    function(input, output, session) {
      later <- reactive(result_of(background, session$token, "later", quote(1:3)))
      failing <- reactive(stop("no such column"))
      output$sum <- renderText(sum(if_there(later)))
      output$failed <- renderText(if_there(failing))
    },
    {
      expect_equal(output$sum, "0")
      expect_error(output$failed, "no such column")
      eventually(function() {
        session$flushReact()
        identical(output$sum, "6")
      })
    }
  )
})

close_fork_server(server)
