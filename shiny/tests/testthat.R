# From shiny/: Rscript tests/testthat.R. .ci/shiny-test fills the warehouse and runs this.
testthat::test_dir(
  "tests/testthat",
  reporter = testthat::SummaryReporter$new(max_reports = 100),
  stop_on_failure = TRUE
)
