# Numbers, money, durations and days as text; rows as CSV.

#' Formats a whole number with thousands separators.
grouped <- function(number) format(round(number), big.mark = ",", scientific = FALSE, trim = TRUE)

#' Formats a count; a missing one is a dash.
count_text <- function(number) ifelse(is.na(number), "–", grouped(number))

#' Formats a count with its noun: "1 session", "2 sessions".
count_of <- function(count, noun) {
  paste0(count_text(count), " ", noun, if (isTRUE(count == 1)) "" else "s")
}

#' Divides; the ratio over 0 is NA.
ratio_of <- function(part, whole) {
  whole <- rep_len(whole, length(part))
  ifelse(whole > 0, part / whole, NA_real_)
}

#' Formats a share as a percentage.
percent_text <- function(share, digits = 1) {
  least <- 10^-digits
  ifelse(
    is.na(share),
    "–",
    ifelse(
      share > 0 & 100 * share < least / 2,
      sprintf("<%s%%", format(least)),
      paste0(formatC(100 * share, format = "f", digits = digits, big.mark = ","), "%")
    )
  )
}

#' Formats a number with decimals.
decimal_text <- function(number, digits = 2) {
  ifelse(is.na(number), "–", formatC(number, format = "f", digits = digits, big.mark = ","))
}

#' Formats seconds: "5 s", "2 min 3 s", "1 h 5 min", "2 d 4 h".
duration_text <- function(seconds) {
  one <- function(value) {
    if (is.na(value)) {
      return("–")
    }
    value <- round(value)
    if (value < 60) {
      return(sprintf("%d s", value))
    }
    if (value < 3600) {
      return(sprintf("%d min %d s", value %/% 60, value %% 60))
    }
    if (value < 86400) {
      return(sprintf("%d h %d min", value %/% 3600, value %% 3600 %/% 60))
    }
    sprintf("%d d %d h", value %/% 86400, value %% 86400 %/% 3600)
  }
  vapply(as.numeric(seconds), one, "")
}

#' Converts minor units at the price scale of the warehouse: 1234567 at scale 2 is 12,345.67.
major_units <- function(minor, scale) minor / 10^scale

#' Formats minor units with their currency.
money_text <- function(minor, currency, scale) {
  unit <- ifelse(is.na(currency), "(no currency)", currency_text(currency))
  amount <- formatC(major_units(minor, scale), format = "f", digits = scale, big.mark = ",")
  ifelse(is.na(minor), "–", paste(amount, unit))
}

#' Formats a currency; an empty one is "(no currency)".
currency_text <- function(currency) ifelse(currency == "", "(no currency)", currency)

#' Formats the heading of amounts: "Revenue, VND", or "Revenue (no currency)".
amount_heading <- function(label, currency) {
  paste0(label, if (currency == "") " " else ", ", currency_text(currency))
}

#' Returns the currencies of some rows, by descending sum of the column `weight`.
currencies_of <- function(rows, weight) {
  by_total(rows$currency, rows[[weight]])
}

#' Returns the different names, by descending sum of their weights; none for no names.
by_total <- function(names, weights) {
  if (length(names) == 0) {
    return(character())
  }
  totals <- tapply(weights, names, sum)
  names(totals)[order(-totals, names(totals))]
}

#' Formats large amounts with few digits, for boxes and axes.
short_number <- function(number) {
  size <- abs(number)
  steps <- c(1e12, 1e9, 1e6, 1e3)
  # As plotly.js writes them on axes.
  marks <- c("T", "B", "M", "k")
  one <- function(value) {
    if (is.na(value)) {
      return("–")
    }
    step <- which(abs(value) >= steps * 0.99995)[1]
    if (is.na(step) || abs(value) < 10000) {
      return(format(round(value, if (abs(value) < 100) 2 else 0), big.mark = ",", trim = TRUE))
    }
    paste0(format(signif(value / steps[step], 4), trim = TRUE), marks[step])
  }
  vapply(number, one, "")
}

#' Formats a day: "Sun 22 Nov 2026".
day_text <- function(day) {
  day <- as.Date(day)
  # R's own names of days and months follow the locale of the server.
  sprintf(
    "%s %d %s %s",
    weekday_names[as.integer(format(day, "%u"))],
    as.integer(format(day, "%d")),
    month_names[as.integer(format(day, "%m"))],
    format(day, "%Y")
  )
}

#' Formats an instant: "Sun 22 Nov 2026, 18:59".
instant_text <- function(at, last = 16) {
  ifelse(is.na(at), "–", paste0(day_text(substr(at, 1, 10)), ", ", substr(at, 12, last)))
}

weekday_names <- c("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
month_names <- c("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#' Returns the relative change against the previous period; NA if that is missing or 0.
change_of <- function(now, before) ifelse(is.na(before) | before == 0, NA_real_, now / before - 1)

#' Formats a relative change with its sign.
change_text <- function(change) {
  ifelse(
    is.na(change),
    "–",
    paste0(
      ifelse(change < 0, "−", "+"),
      formatC(100 * abs(change), format = "f", digits = 1, big.mark = ","),
      "%"
    )
  )
}

#' Formats the difference of two shares in points, with its sign: "+0.3 points".
points_text <- function(change) {
  ifelse(
    is.na(change),
    "–",
    paste0(
      ifelse(change < 0, "−", "+"),
      formatC(100 * abs(change), format = "f", digits = 2),
      " points"
    )
  )
}

# What begins a cell: the text, any separator that spreadsheets split at, and any line break. A
# spreadsheet that splits at semicolons does not heed quotes that begin in the middle of a cell.
cell_start <- "(^|[,;|:\t\r\n\v\f\u0085\u2028\u2029\uff0c\uff1b])"
# What may stand before a formula without keeping it from being one.
before_formula <- "([\"\\s\u00a0\u200b\ufeff]*)"
# Signs that begin a formula, also in their full width.
formula <- "([=+@\\-\uff1d\uff0b\uff0d\uff20])"

#' Puts an apostrophe before all that a spreadsheet could read as a formula, with any separator.
without_formulas <- function(texts) {
  texts <- gsub(
    paste0(cell_start, before_formula, formula),
    "\\1\\2'\\3",
    enc2utf8(texts),
    perl = TRUE
  )
  # Blanks may separate cells, too; a dash between blanks is one.
  texts <- gsub("( )([=+@-])(?=\\S)", "\\1'\\2", texts, perl = TRUE)
  # A tab or carriage return at the beginning is skipped by some programs.
  sub("^([\t\r])", "'\\1", texts, perl = TRUE)
}

#' Returns rows without formulas, names of columns included.
csv_rows <- function(rows) {
  for (column in names(rows)) {
    if (is.factor(rows[[column]])) {
      rows[[column]] <- as.character(rows[[column]])
    }
    if (is.character(rows[[column]])) {
      rows[[column]] <- ifelse(
        is.na(rows[[column]]),
        NA_character_,
        without_formulas(rows[[column]])
      )
    }
  }
  names(rows) <- without_formulas(names(rows))
  rows
}

#' Writes rows as CSV: UTF-8, CRLF, quoted text, numbers without loss of digits.
write_csv <- function(rows, file) {
  connection <- base::file(file, open = "wb")
  on.exit(close(connection))
  # Spreadsheets recognize UTF-8 by the byte order mark.
  writeBin(as.raw(c(0xef, 0xbb, 0xbf)), connection)
  rows <- csv_rows(rows)
  text <- vapply(rows, is.character, NA)
  numbers <- vapply(rows, is.numeric, NA)
  rows[numbers] <- lapply(rows[numbers], function(values) {
    # Value by value: formatted together, all would get the decimals of the longest.
    ifelse(
      is.na(values),
      "",
      vapply(values, format, "", scientific = FALSE, digits = 15, trim = TRUE)
    )
  })
  cells <- lapply(rows, function(values) ifelse(is.na(values), "", as.character(values)))
  cells[text] <- lapply(cells[text], function(values) {
    ifelse(values == "", "", sprintf("\"%s\"", gsub("\"", "\"\"", enc2utf8(values))))
  })
  lines <- do.call(paste, c(unname(cells), sep = ","))
  writeLines(
    c(paste(sprintf("\"%s\"", names(rows)), collapse = ","), if (nrow(rows) > 0) lines),
    connection,
    sep = "\r\n",
    useBytes = TRUE
  )
}
