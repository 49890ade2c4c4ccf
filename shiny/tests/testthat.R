# Runs the tests in R, from shiny/. .ci/shiny-test fills the warehouse first.
testthat::test_dir(
  "tests/testthat",
  reporter = testthat::SummaryReporter$new(max_reports = 100),
  stop_on_failure = TRUE
)
