# Loads the dashboards: first logic, which does not use Shiny, then views.

library(shiny)

# Services often start in the C locale, in which R cannot represent the texts of the sources.
if (!l10n_info()[["UTF-8"]]) {
  Sys.setlocale("LC_CTYPE", "C.UTF-8")
}

for (file in c(
  sort(list.files("app/logic", "\\.R$", full.names = TRUE)),
  sort(list.files("app/view", "\\.R$", full.names = TRUE))
)) {
  source(file, local = TRUE, encoding = "UTF-8")
}

dashboards <- function(warehouse = new_warehouse()) {
  background <- new_background(warehouse)
  onStop(function() {
    close_fork_server(background$server)
    close_warehouse(warehouse)
  })
  app <- shinyApp(
    ui = dashboard_ui(),
    server = dashboard_server(warehouse, background),
    onStart = function() {
      start_fork_server(background$server)
      # Visitors begin with this state; later ones are read in the background.
      lately_seen_state(warehouse)
    }
  )
  app$httpHandler <- remembering_pages(app$httpHandler)
  guarded(app)
}
