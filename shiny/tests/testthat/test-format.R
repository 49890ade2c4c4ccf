test_that("numbers are formatted with separators and units", {
  expect_equal(count_text(c(0, 999, 1234567, NA)), c("0", "999", "1,234,567", "–"))
  expect_equal(
    c(count_of(0, "order"), count_of(1, "order"), count_of(1200, "order")),
    c("0 orders", "1 order", "1,200 orders")
  )
  expect_equal(percent_text(c(0.1234, 1, NA)), c("12.3%", "100.0%", "–"))
  # A share of something is not 0.
  expect_equal(percent_text(c(0, 0.0004, 0.0006)), c("0.0%", "<0.1%", "0.1%"))
  expect_equal(percent_text(c(0, 0.00004, 0.00006), 2), c("0.00%", "<0.01%", "0.01%"))
  expect_equal(
    duration_text(c(0, 59.6, 60, 3599, 3600, 90000, NA)),
    c("0 s", "1 min 0 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "1 d 1 h", "–")
  )
  expect_equal(
    short_number(c(0, 9999, 10000, 523370000, 1.5e12, NA)),
    c("0", "9,999", "10k", "523.4M", "1.5T", "–")
  )
  expect_equal(change_text(c(0.584, -0.021, NA)), c("+58.4%", "−2.1%", "–"))
  expect_equal(day_text("2026-11-22"), "Sun 22 Nov 2026")
  expect_equal(instant_text("2026-11-22 18:59:07"), "Sun 22 Nov 2026, 18:59")
  expect_equal(instant_text("2026-11-22 18:59:07", 19), "Sun 22 Nov 2026, 18:59:07")
  expect_equal(instant_text(NA), "–")
})

test_that("a ratio over 0 is NA", {
  expect_equal(ratio_of(c(1, 0), c(2, 0)), c(0.5, NA))
  expect_equal(ratio_of(c(1, 2, 3), 6), c(1 / 6, 2 / 6, 3 / 6))
  expect_equal(change_of(c(2, 2, 2), c(1, 0, NA)), c(1, NA, NA))
})

test_that("money has the decimals of the price scale and its currency", {
  expect_equal(money_text(1234567, "VND", 0), "1,234,567 VND")
  expect_equal(money_text(1234567, "USD", 2), "12,345.67 USD")
  expect_equal(money_text(5, "", 2), "0.05 (no currency)")
  expect_equal(money_text(NA_real_, "USD", 2), "–")
})

test_that("a CSV is UTF-8 with a byte order mark, quotes text and contains no formula", {
  file <- tempfile()
  rows <- data.frame(
    name = c("Điện thoại \"x\"", "=1+1", "-2", "+3", "@x", "a,b", ""),
    number = c(-1.5, 1e15, 123456789, NA, 0, 1e5, 0.1),
    stringsAsFactors = FALSE
  )
  write_csv(rows, file)
  bytes <- readBin(file, "raw", 1000)
  expect_equal(bytes[1:3], as.raw(c(0xef, 0xbb, 0xbf)))
  text <- rawToChar(bytes[-(1:3)])
  Encoding(text) <- "UTF-8"
  expect_equal(
    strsplit(text, "\r\n", fixed = TRUE)[[1]],
    c(
      "\"name\",\"number\"",
      "\"Điện thoại \"\"x\"\"\",-1.5",
      "\"'=1+1\",1000000000000000",
      "\"'-2\",123456789",
      "\"'+3\",",
      "\"'@x\",0",
      "\"a,b\",100000",
      ",0.1"
    )
  )
  write_csv(rows[0, ], file)
  expect_equal(length(readLines(file)), 1)
  write_csv(data.frame(), file)
  expect_equal(readBin(file, "raw", 10), as.raw(c(0xef, 0xbb, 0xbf, 0x0d, 0x0a)))
})

test_that("no separator and no line break makes a formula of a text", {
  separators <- c(
    ",",
    ";",
    "\t",
    "|",
    ":",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\v",
    "\f",
    "\u2028",
    "\u2029",
    "\uff1b"
  )
  signs <- c("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
  for (sign in signs) {
    expect_equal(without_formulas(paste0(sign, "1+1")), paste0("'", sign, "1+1"))
    for (separator in setdiff(separators, " ")) {
      text <- paste0("x", separator, sign, "1+1", separator, "y")
      wanted <- paste0("x", separator, "'", sign, "1+1", separator, "y")
      expect_equal(without_formulas(text), wanted)
      # Quotes and blanks before it do not help.
      text <- paste0("x", separator, " \"", sign, "1+1")
      expect_equal(without_formulas(text), paste0("x", separator, " \"'", sign, "1+1"))
    }
  }
  expect_equal(without_formulas("x =1+1"), "x '=1+1")
  for (harmless in c("", "a=b", "a-b", "Màn hình - 27 inch", "https://x.example/?a=b&c=d", "1+1")) {
    expect_equal(without_formulas(harmless), harmless)
  }
  expect_equal(without_formulas(NA_character_), NA_character_)
  # Columns of factors and names of columns are texts as well.
  rows <- csv_rows(data.frame(`=x` = factor("a;=1"), check.names = FALSE))
  expect_equal(names(rows), "'=x")
  expect_equal(rows[[1]], "a;'=1")
})

test_that("any bytes become text", {
  expect_equal(text_of_bytes(charToRaw("Lỗi")), "Lỗi")
  expect_equal(text_of_bytes(as.raw(c(0x7b, 0xff, 0x00, 0x41, 0x0a))), "{<ff><00>A\n")
  expect_equal(text_of_bytes(raw()), "")
  expect_equal(hex_bytes("00ff41"), as.raw(c(0, 255, 65)))
})
