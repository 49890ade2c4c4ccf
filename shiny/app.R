source("app/main.R", local = TRUE)
dashboards()
