view_files <- list.files(file.path(root, "app", "view"), full.names = TRUE)
sources <- paste(unlist(lapply(view_files, readLines, encoding = "UTF-8")), collapse = "\n")

#' Returns the keys of definitions that the views use.
used_keys <- function() {
  nested <- "\\((?:[^()]|\\((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*\\))*\\)"
  pattern <- paste0("(?:meaning|meaning_link|box)", nested, "|key = \"[a-z_]+\"")
  calls <- unlist(regmatches(sources, gregexpr(pattern, sources, perl = TRUE)))
  keys <- unlist(regmatches(calls, gregexpr("\"[a-z_]+\"", calls)))
  unique(gsub("\"", "", keys))
}

test_that("each definition is shown on a page", {
  expect_equal(setdiff(names(definitions), used_keys()), character())
})

test_that("each definition has the numbers of its row or section in docs/definitions.md", {
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
