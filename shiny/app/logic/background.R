# Queries in processes of their own. R has one thread: a query in it would stop all visitors.
# fork_server.R runs these processes.
#
# A reactive that asks for rows which are not there yet ends silently, and runs again when they are.
# Then it finds them. So the code of the pages reads as if queries took no time.

#' Creates the queue of queries.
#'
#' @param at_once greatest number of queries that run at the same time
#' @param at_once_per_visitor the same for one visitor, so that nobody waits for another's queries
#' @param kept_bytes memory for results, which all visitors share
#' @param server the fork server, which starts at the first query
new_background <- function(
  warehouse,
  at_once = 8,
  at_once_per_visitor = 2,
  kept_bytes = 128 * 1024^2,
  server = new_fork_server()
) {
  background <- new.env(parent = emptyenv())
  background$warehouse <- warehouse
  background$server <- server
  background$at_once <- at_once
  background$at_once_per_visitor <- at_once_per_visitor
  background$kept <- cachem::cache_mem(max_size = kept_bytes)
  background$jobs <- list()
  background$is_polling <- FALSE
  background
}

poll_interval_s <- 0.02

#' Errors are kept only until their reactives have run again.
error_age_s <- 2

#' Returns the result of a task, or ends the reactive that asks until there is one.
#'
#' @param visitor the visitor's token
#' @param key what makes this task's result another one
#' @param call an expression that start_task() runs in a process of its own
#' @param values its values
#' @param limit_s seconds after which the process is killed
result_of <- function(background, visitor, key, call, values = list(), limit_s = 60) {
  key <- rlang::hash(key)
  found <- background$kept$get(key)
  if (!cachem::is.key_missing(found) && !is_stale(found)) {
    if (inherits(found$value, "error")) {
      stop(found$value)
    }
    return(found$value)
  }
  job <- background$jobs[[key]]
  if (is.null(job)) {
    job <- new.env(parent = emptyenv())
    job$visitor <- visitor
    job$call <- call
    job$values <- values
    job$limit_s <- limit_s
    job$is_done <- shiny::reactiveVal(FALSE)
    job$task <- NULL
    background$jobs[[key]] <- job
  }
  start_waiting(background)
  job$is_done()
  show_waiting()
  shiny::req(FALSE, cancelOutput = TRUE)
}

#' Tells the page that the current output still shows older rows.
#'
#' Shiny ends its own sign of this as soon as the reactive ends, long before the rows are there.
show_waiting <- function(session = shiny::getDefaultReactiveDomain()) {
  output <- shiny::getCurrentOutputInfo(session)
  if (!is.null(output)) {
    session$sendCustomMessage("waiting", output$name)
  }
}

#' Returns the value of a reactive, or NULL while it waits for rows. The reactive that asks runs
#' again when they are there.
if_there <- function(value) tryCatch(value(), shiny.output.cancel = function(waiting) NULL)

#' Returns the value of a reactive. While it waits for rows, the current output is marked as older.
#' The reactive itself marks only the first output that asks for it.
marked_while_waiting <- function(value) {
  tryCatch(value(), shiny.output.cancel = function(waiting) {
    show_waiting()
    stop(waiting)
  })
}

is_stale <- function(found) {
  inherits(found$value, "error") && proc.time()[["elapsed"]] - found$at > error_age_s
}

#' Forgets the errors, so that whoever asks again gets a new answer.
forget_errors <- function(background) {
  for (key in background$kept$keys()) {
    found <- background$kept$get(key)
    if (!cachem::is.key_missing(found) && inherits(found$value, "error")) {
      background$kept$remove(key)
    }
  }
}

is_running <- function(job) !is.null(job$task)

#' Starts waiting jobs in their order, as far as there are places.
start_waiting <- function(background) {
  for (job in Filter(Negate(is_running), background$jobs)) {
    running <- Filter(is_running, background$jobs)
    of_visitor <- Filter(function(other) other$visitor == job$visitor, running)
    if (length(running) >= background$at_once) {
      break
    }
    if (length(of_visitor) < background$at_once_per_visitor) {
      job$task <- start_task(background$server, job$call, job$values, job$limit_s)
    }
  }
  if (!background$is_polling && length(background$jobs) > 0) {
    background$is_polling <- TRUE
    later::later(function() poll(background), poll_interval_s)
  }
}

#' Takes the results of processes that have ended.
poll <- function(background) {
  background$is_polling <- FALSE
  look_after(background$server)
  for (key in names(background$jobs)) {
    job <- background$jobs[[key]]
    ended <- if (is_running(job)) ended_task(background$server, job$task)
    if (!is.null(ended)) {
      background$jobs[[key]] <- NULL
      background$kept$set(key, list(value = ended[[1]], at = proc.time()[["elapsed"]]))
      job$is_done(TRUE)
    }
  }
  start_waiting(background)
}

#' Returns what a task needs to connect. An error of the settings is one of the task.
connecting_values <- function(warehouse) {
  list(
    settings = tryCatch(warehouse$settings(), warehouse_error = identity),
    timeout_s = warehouse$timeout_s
  )
}

#' Creates a warehouse in the process of a task.
warehouse_of_task <- function(settings, timeout_s) {
  new_warehouse(
    function() if (inherits(settings, "error")) stop(settings) else settings,
    timeout_s
  )
}

#' Returns the seconds after which a process is overdue: its statements, and connections to servers
#' that do not answer.
task_limit_s <- function(warehouse, statements) statements * warehouse$timeout_s + 30

#' Runs a statement with :names in the background and returns its rows.
#'
#' @param version of the warehouse; other versions have other results
ask_in_background <- function(background, visitor, version, sql, values = list()) {
  warehouse <- background$warehouse
  result_of(
    background,
    visitor,
    list(version, sql, values),
    # A connection of its own: two processes cannot share one.
    quote(ask(warehouse_of_task(settings, timeout_s), sql, values)),
    c(connecting_values(warehouse), list(sql = sql, values = values)),
    # ask() tries twice.
    task_limit_s(warehouse, 2)
  )
}

#' Reads the state of the warehouse in the background and passes it on.
refresh_state <- function(background, pass) {
  warehouse <- background$warehouse
  server <- background$server
  age <- proc.time()[["elapsed"]] - (warehouse$seen_at %||% -Inf)
  if (age < warehouse$state_age_s) {
    return(pass(warehouse$seen))
  }
  if (is.null(background$state_task)) {
    background$state_task <- start_task(
      server,
      quote(warehouse_state(warehouse_of_task(settings, timeout_s))),
      connecting_values(warehouse),
      task_limit_s(warehouse, 5)
    )
  }
  await <- function() {
    task <- background$state_task
    look_after(server)
    ended <- if (!is.null(task)) ended_task(server, task)
    if (is.null(task) || !is.null(ended)) {
      background$state_task <- NULL
      if (!is.null(ended) && !inherits(ended[[1]], "error")) {
        warehouse$seen <- ended[[1]]
        warehouse$seen_at <- proc.time()[["elapsed"]]
      }
      pass(warehouse$seen)
    } else {
      later::later(await, poll_interval_s)
    }
  }
  later::later(await, poll_interval_s)
  invisible()
}
