# Queries in processes of their own. R has one thread: a query in it would stop all visitors.
#
# A reactive that asks for rows which are not there yet ends silently, and runs again when they are.
# Then it finds them. So the code of the pages reads as if queries took no time.

#' Creates the queue of queries.
#'
#' @param at_once greatest number of queries that run at the same time
#' @param at_once_per_visitor the same for one visitor, so that nobody waits for another's queries
#' @param kept_bytes memory for results, which all visitors share
new_background <- function(
  warehouse,
  at_once = 8,
  at_once_per_visitor = 2,
  kept_bytes = 128 * 1024^2
) {
  background <- new.env(parent = emptyenv())
  background$warehouse <- warehouse
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
#' @param task a function without side effects; it runs in a process of its own
result_of <- function(background, visitor, key, task) {
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
    job$task <- task
    job$is_done <- shiny::reactiveVal(FALSE)
    job$process <- NULL
    background$jobs[[key]] <- job
  }
  start_waiting(background)
  job$is_done()
  shiny::req(FALSE, cancelOutput = TRUE)
}

is_stale <- function(found) {
  inherits(found$value, "error") && proc.time()[["elapsed"]] - found$at > error_age_s
}

is_running <- function(job) !is.null(job$process)

#' Starts waiting jobs in their order, as far as there are places.
start_waiting <- function(background) {
  for (job in Filter(Negate(is_running), background$jobs)) {
    running <- Filter(is_running, background$jobs)
    of_visitor <- Filter(function(other) other$visitor == job$visitor, running)
    if (length(running) >= background$at_once) {
      break
    }
    if (length(of_visitor) < background$at_once_per_visitor) {
      task <- job$task
      # A fork must not finalize objects of httpuv: their lock may be held by a thread that it lacks.
      gc()
      job$process <- parallel::mcparallel(
        tryCatch(task(), error = identity),
        mc.set.seed = FALSE,
        silent = TRUE
      )
    }
  }
  if (!background$is_polling && length(background$jobs) > 0) {
    background$is_polling <- TRUE
    later::later(function() poll(background), poll_interval_s)
  }
}

#' Returns the result of a process in a list, or NULL while it runs. Its early end is no warning.
ended_process <- function(process) {
  suppressWarnings(parallel::mccollect(process, wait = FALSE))
}

#' Takes the results of processes that have ended.
poll <- function(background) {
  background$is_polling <- FALSE
  for (key in names(background$jobs)) {
    job <- background$jobs[[key]]
    ended <- if (is_running(job)) ended_process(job$process)
    if (!is.null(ended)) {
      background$jobs[[key]] <- NULL
      value <- ended[[1]]
      if (inherits(value, "try-error") || is.null(value)) {
        value <- warehouse_error("failed", "A query failed: its process ended early.")
      }
      background$kept$set(key, list(value = value, at = proc.time()[["elapsed"]]))
      job$is_done(TRUE)
    }
  }
  start_waiting(background)
}

#' Runs a statement with :names in the background and returns its rows.
#'
#' @param version of the warehouse; other versions have other results
ask_in_background <- function(background, visitor, version, sql, values = list()) {
  warehouse <- background$warehouse
  result_of(background, visitor, list(version, sql, values), function() {
    # A connection of its own: two processes cannot share one.
    ask(new_warehouse(warehouse$settings, warehouse$timeout_s), sql, values)
  })
}

#' Reads the state of the warehouse in the background and passes it on.
refresh_state <- function(background, pass) {
  warehouse <- background$warehouse
  age <- proc.time()[["elapsed"]] - (warehouse$seen_at %||% -Inf)
  if (age < warehouse$state_age_s) {
    return(pass(warehouse$seen))
  }
  if (is.null(background$state_process)) {
    background$state_process <- parallel::mcparallel(
      warehouse_state(new_warehouse(warehouse$settings, warehouse$timeout_s)),
      mc.set.seed = FALSE,
      silent = TRUE
    )
  }
  await <- function() {
    process <- background$state_process
    ended <- if (!is.null(process)) ended_process(process)
    if (is.null(process) || !is.null(ended)) {
      background$state_process <- NULL
      if (is.list(ended[[1]])) {
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
