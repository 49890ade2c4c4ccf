# The fork server, which app/logic/fork_server.R starts from shiny/. It loads no Shiny.

if (!l10n_info()[["UTF-8"]]) {
  Sys.setlocale("LC_CTYPE", "C.UTF-8")
}

local({
  input <- file("stdin", "rb")
  setup <- unserialize(input)
  # The application may have set its own.
  .libPaths(setup$libraries)
  for (file in sort(list.files(setup$logic, "\\.R$", full.names = TRUE))) {
    source(file, encoding = "UTF-8")
  }
  # Once here, and not in each child.
  loadNamespace("RPostgreSQL")
  serve_tasks(input, setup$folder)
})
