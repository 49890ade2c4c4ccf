# The fork server: a process that runs each task in a child of its own.
#
# The application cannot fork itself. httpuv has a thread, and a child would inherit the locks that
# the thread holds at that moment. R's garbage collector then waits for them for ever. The fork
# server is a new process with one thread, without Shiny and httpuv.
#
# Tasks go to the server's standard input. The server acts on messages only, so that it rests while
# no task runs. While tasks run, the application asks it to look after its children. The end of the
# input, which also a killed application causes, ends the server and its children.
#
# Results are files in a folder that only this user may read. Settings are in no file.

#' Seconds without an answer after which the server counts as dead.
silence_s <- 60

#' Creates a fork server, which starts at its first task or by start_fork_server().
#'
#' @param app the folder with fork_server_process.R
new_fork_server <- function(app = "app") {
  server <- new.env(parent = emptyenv())
  # A later start may happen in another working directory.
  server$app <- normalizePath(app, mustWork = FALSE)
  server$input <- NULL
  server$folder <- NULL
  server$number <- 0
  server
}

#' Starts the server unless it runs. Does not wait until it is ready.
start_fork_server <- function(server) {
  if (!is.null(server$input)) {
    return(invisible())
  }
  # The folder of the session has mode 0700, too.
  server$folder <- tempfile("queries")
  dir.create(server$folder, mode = "0700")
  server$asked_at <- NULL
  # exec: no shell stays between the two processes.
  server$input <- pipe(
    paste(
      "exec",
      shQuote(file.path(R.home("bin"), "Rscript")),
      shQuote(file.path(server$app, "fork_server_process.R"))
    ),
    "wb"
  )
  send(
    server,
    list(
      libraries = .libPaths(),
      logic = file.path(server$app, "logic"),
      folder = server$folder
    )
  )
  invisible()
}

#' Ends the server and its children. Their tasks count as ended early.
close_fork_server <- function(server) {
  if (!is.null(server$input)) {
    input <- server$input
    server$input <- NULL
    suppressWarnings(try(close(input), silent = TRUE))
    unlink(server$folder, recursive = TRUE)
  }
}

#' Ends a server that does not answer. To close its input alone would wait for it.
kill_fork_server <- function(server) {
  pid <- fork_server_pid(server)
  if (length(pid) == 1) {
    tools::pskill(pid, tools::SIGKILL)
  }
  close_fork_server(server)
}

#' Returns the server's process, or nothing until it is ready.
fork_server_pid <- function(server) {
  file <- file.path(server$folder, "pid")
  if (file.exists(file)) scan(file, integer(), quiet = TRUE) else integer()
}

#' Sends a message. A server that has ended is closed.
send <- function(server, message) {
  tryCatch(
    {
      serialize(message, server$input, xdr = FALSE)
      flush(server$input)
    },
    # "ignoring SIGPIPE signal". It comes once per process at most; look_after() sees each death.
    error = function(fault) close_fork_server(server)
  )
}

#' Starts a task and returns it.
#'
#' @param call an expression without side effects on names of app/logic and of the values
#' @param limit_s seconds after which the task's process is killed
start_task <- function(server, call, values = list(), limit_s = 60) {
  # The second time on a new server, if the first has ended since its last task.
  for (attempt in 1:2) {
    start_fork_server(server)
    server$number <- server$number + 1
    task <- list(folder = server$folder, file = file.path(server$folder, server$number))
    send(server, list(file = task$file, call = call, values = values, limit_s = limit_s))
    if (!is.null(server$input)) {
      break
    }
  }
  task
}

#' Asks the server to look after its children. One question at a time waits for its answer.
look_after <- function(server) {
  if (is.null(server$input)) {
    return(invisible())
  }
  now <- proc.time()[["elapsed"]]
  answer <- file.path(server$folder, "answer")
  if (is.null(server$asked_at) || file.exists(answer)) {
    unlink(answer)
    server$asked_at <- now
    send(server, list(answer = answer))
  } else if (now - server$asked_at > silence_s) {
    kill_fork_server(server)
  }
}

#' Returns the value of a task in a list, or NULL while it runs. An error is a value.
ended_task <- function(server, task) {
  ended_early <- is.null(server$input) ||
    server$folder != task$folder ||
    file.exists(ended_file(task$file))
  if (file.exists(task$file)) {
    value <- readRDS(task$file)
    unlink(task$file)
    return(list(value))
  }
  if (ended_early) {
    list(warehouse_error("failed", "A query failed: its process ended early."))
  }
}

ended_file <- function(file) paste0(file, ".ended")

done_file <- function(file) paste0(file, ".done")

#' Runs the tasks of an application until it closes the input.
#'
#' @param input a connection with messages
#' @param folder for the results
serve_tasks <- function(input, folder) {
  unfinished <- file.path(folder, "pid.unfinished")
  writeLines(as.character(Sys.getpid()), unfinished)
  file.rename(unfinished, file.path(folder, "pid"))
  children <- list()
  repeat {
    message <- tryCatch(unserialize(input), error = function(end) NULL)
    if (is.null(message)) {
      break
    }
    if (!is.null(message$call)) {
      children <- c(children, list(child_of(message)))
    }
    children <- Filter(runs_on, children)
    if (!is.null(message$answer)) {
      file.create(message$answer)
    }
  }
  for (child in children) {
    tools::pskill(child$process$pid, tools::SIGKILL)
  }
  unlink(folder, recursive = TRUE)
}

#' Starts the process of a task.
child_of <- function(task) {
  process <- parallel::mcparallel(
    {
      value <- tryCatch(eval(task$call, task$values, globalenv()), error = identity)
      unfinished <- paste0(task$file, ".unfinished")
      saveRDS(value, unfinished, compress = FALSE)
      file.rename(unfinished, task$file)
      file.create(done_file(task$file))
      # R would wait here until the server has seen the end, for ever if the server was killed.
      tools::pskill(Sys.getpid(), tools::SIGKILL)
    },
    mc.set.seed = FALSE,
    silent = TRUE
  )
  list(
    process = process,
    file = task$file,
    kill_at = proc.time()[["elapsed"]] + task$limit_s
  )
}

#' Tells whether a child runs. Marks the task of one that ended without a result, and kills one that
#' is overdue.
runs_on <- function(child) {
  ended <- suppressWarnings(parallel::mccollect(child$process, wait = FALSE))
  if (!is.null(ended)) {
    # The application may have taken the result already.
    if (file.exists(done_file(child$file))) {
      unlink(done_file(child$file))
    } else {
      file.create(ended_file(child$file))
    }
    return(FALSE)
  }
  if (proc.time()[["elapsed"]] > child$kill_at) {
    tools::pskill(child$process$pid, tools::SIGKILL)
  }
  TRUE
}
