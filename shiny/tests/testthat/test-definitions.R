sources <- unlist(lapply(
  list.files(file.path(root, "app", "view"), full.names = TRUE),
  readLines,
  encoding = "UTF-8"
))

used_keys <- function() {
  calls <- unlist(regmatches(
    sources,
    gregexpr("meaning\\(([^()]*)\\)|key = \"[a-z_]+\"|box\\([^\n]*", sources)
  ))
  keys <- unlist(regmatches(calls, gregexpr("\"[a-z_]+\"", calls)))
  unique(gsub("\"", "", keys))
}

test_that("each definition is shown somewhere", {
  expect_equal(setdiff(names(definitions), used_keys()), character())
})

test_that("each definition follows a row or a heading of docs/definitions.md, with the same numbers in it", {
  document <- readLines(file.path(root, "..", "docs", "definitions.md"), encoding = "UTF-8")
  row_of <- function(term) {
    row <- document[startsWith(document, sprintf("| %s |", term))]
    heading <- match(sprintf("## %s", term), document)
    if (length(row) > 0) {
      paste(row, collapse = " ")
    } else if (!is.na(heading)) {
      following <- document[-seq_len(heading)]
      paste(
        following[seq_len(match(TRUE, startsWith(following, "## "), nomatch = length(following)))],
        collapse = " "
      )
    }
  }
  for (key in names(definitions)) {
    row <- row_of(definitions[[key]]$docs)
    expect_false(is.null(row), info = key)
    text <- gsub("GA4", "", definitions[[key]]$meaning)
    numbers <- unlist(regmatches(text, gregexpr("[0-9]+(\\.[0-9]+)?", text)))
    in_row <- unlist(regmatches(row, gregexpr("[0-9]+(\\.[0-9]+)?", row)))
    expect_equal(setdiff(numbers, in_row), character(), info = key)
  }
})
