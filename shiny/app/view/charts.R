# Charts: one style for all.

palette_of_series <- c(
  "#2457a6",
  "#e07b00",
  "#2a8f5f",
  "#8e4fa8",
  "#c0392b",
  "#0f8b9d",
  "#8a6d1d",
  "#5c6b7a",
  "#d4589a",
  "#3d3d8f",
  "#6aa84f",
  "#a0522d",
  "#4b5320"
)
# Colors of events that are not in event_names.
palette_of_others <- c(
  "#6b93cf",
  "#c99a5b",
  "#63a98a",
  "#b08cc4",
  "#c97f76",
  "#5aa9b5",
  "#a8924a",
  "#8f86c9"
)
# An event has the same color on every page.
event_names <- c(
  "product_view",
  "category_view",
  "home_view",
  "page_view",
  "add_to_cart_click",
  "checkout_start",
  "checkout_complete",
  "click",
  "remove_from_cart_click",
  "wishlist_toggle",
  "share_click",
  "login_success",
  "search"
)
#' Returns the color of an event; other names get one by their text.
event_color <- function(name) c(palette_of_series, palette_of_others)[event_place(name)]

#' Returns the position of the color of an event in both palettes.
event_place <- function(name) {
  place <- match(name, event_names)
  other <- vapply(name, function(one) sum(utf8ToInt(one)), 0, USE.NAMES = FALSE)
  own <- length(palette_of_series)
  ifelse(is.na(place), own + 1 + other %% length(palette_of_others), place)
}
ink <- "#1f2933"
quiet <- "#5c6b7a"
grid_line <- "#e4e7eb"
previous_line <- "#9aa5b1"
# Dark text has a contrast of at least 4.5 on each of these.
heat <- list(list(0, "#f7f9fd"), list(1, "#86ade3"))

plotly_version <- "2.35.3"

#' Returns the file of plotly.js, a pinned version that .ci/shiny-setup fetches.
#'
#' Debian's package has an older one, whose Sankey diagrams fail.
plotly_script <- function() {
  given <- Sys.getenv("DASHBOARD_PLOTLY_JS")
  candidates <- c(
    if (nzchar(given)) given,
    file.path("..", ".clickstream", "shiny", sprintf("plotly-%s.min.js", plotly_version))
  )
  found <- candidates[file.exists(candidates)]
  if (length(found) == 0) {
    stop(sprintf(
      "Cannot find plotly.js %s. Run .ci/shiny-setup, or set DASHBOARD_PLOTLY_JS to its file.",
      plotly_version
    ))
  }
  normalizePath(found[1])
}

#' Returns the HTML dependency of plotly.js. Shiny serves the whole folder of a dependency, so the
#' script gets a folder of its own. dashboard.js loads the script after the connection to the
#' server, because compiling it takes longer than all other scripts together.
plotly_dependency <- function() {
  folder <- file.path(tempdir(), "plotly-main")
  if (!file.exists(file.path(folder, "plotly.min.js"))) {
    dir.create(folder, showWarnings = FALSE)
    stopifnot(file.copy(plotly_script(), file.path(folder, "plotly.min.js")))
  }
  htmltools::htmlDependency(
    "plotly-main",
    plotly_version,
    src = c(file = folder),
    meta = list(`plotly-script` = sprintf("plotly-main-%s/plotly.min.js", plotly_version)),
    all_files = FALSE
  )
}

#' Replaces the plotly.js of a widget by the pinned one, and removes a polyfill for old browsers
#' that fails in current ones.
with_known_plotly <- function(widget) {
  widget$dependencies <- Filter(
    function(dependency) dependency$name != "typedarray",
    widget$dependencies
  )
  is_bundle <- vapply(
    widget$dependencies,
    function(dependency) dependency$name == "plotly-main",
    NA
  )
  widget$dependencies[is_bundle] <- list(plotly_dependency())
  widget
}

# Built charts of all visitors. To build one takes most of the time of an output.
built_charts <- cachem::cache_mem(max_size = 32 * 1024^2)

#' Returns a chart in the form that is sent to the browser.
built <- function(chart) {
  # The functions in `visdat` return what the attributes hold, which have random names.
  key <- rlang::hash(c(
    lapply(chart$x[c("attrs", "layoutAttrs")], unname),
    chart$x[c("data", "layout", "config")],
    list(chart$jsHooks)
  ))
  known <- built_charts$get(key)
  if (cachem::is.key_missing(known)) {
    known <- with_known_plotly(plotly::plotly_build(chart))
    known$x <- known$x[setdiff(names(known$x), c("visdat", "cur_data", "attrs"))]
    # It would be built once more.
    known$preRenderHook <- NULL
    built_charts$set(key, known)
  }
  known
}

#' Renders a chart with the pinned plotly.js.
render_chart <- function(draw) {
  htmlwidgets::shinyRenderWidget(
    quote(built(draw())),
    plotly::plotlyOutput,
    environment(),
    quoted = TRUE
  )
}

#' Applies the common style to a chart.
styled <- function(
  chart,
  x = "",
  y = "",
  x_axis = list(),
  y_axis = list(),
  margin = list(),
  legend = TRUE,
  ...
) {
  axis <- list(
    gridcolor = grid_line,
    zerolinecolor = grid_line,
    linecolor = grid_line,
    automargin = TRUE,
    fixedrange = TRUE,
    tickfont = list(size = 12, color = quiet),
    title = list(font = list(size = 12, color = quiet), standoff = 8)
  )
  merged <- function(own, text) {
    own <- utils::modifyList(axis, own)
    if (nzchar(text)) {
      own$title$text <- text
    } else {
      own$title <- NULL
    }
    own
  }
  chart <- plotly::layout(
    chart,
    font = list(
      family = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
      size = 13,
      color = ink
    ),
    paper_bgcolor = "rgba(0,0,0,0)",
    plot_bgcolor = "rgba(0,0,0,0)",
    xaxis = merged(x_axis, x),
    yaxis = merged(y_axis, y),
    margin = utils::modifyList(list(l = 10, r = 16, t = 12, b = 10), margin),
    showlegend = legend,
    legend = list(
      orientation = "h",
      x = 0,
      y = 1.02,
      xanchor = "left",
      yanchor = "bottom",
      traceorder = "normal",
      font = list(size = 12)
    ),
    hoverlabel = list(align = "left"),
    separators = ".,",
    colorway = palette_of_series,
    ...
  )
  chart <- plotly::config(chart, displayModeBar = FALSE, responsive = TRUE)
  htmlwidgets::onRender(chart, "chart => clickstreamCharts.rendered(chart)")
}

#' Returns an axis of counts.
count_axis <- function(...) {
  utils::modifyList(list(rangemode = "tozero", tickformat = ",~d", nticks = 6), list(...))
}
#' Returns an axis of percentages.
share_axis <- function(...) {
  utils::modifyList(list(rangemode = "tozero", tickformat = ",.0%", nticks = 6), list(...))
}

#' Returns an axis of amounts, with units such as k and M.
money_axis <- function() {
  count_axis(tickformat = "", exponentformat = "B", separatethousands = TRUE)
}

#' Returns an axis of days. Ticks begin with the first day: up to ten days have one each, more
#' have at most seven, whole weeks apart in more than three weeks.
day_axis <- function(days) {
  days <- sort(unique(days))
  apart <- if (length(days) <= 10) 1 else ceiling(length(days) / 7)
  if (apart > 3) {
    apart <- 7 * ceiling(apart / 7)
  }
  list(
    type = "date",
    tickformat = "%-d %b",
    hoverformat = "%a %-d %b %Y",
    showgrid = FALSE,
    tickmode = "array",
    tickvals = I(every(days, apart))
  )
}

#' Returns the first of some values, and each that is `apart` values after one of them.
every <- function(values, apart) values[(seq_along(values) - 1) %% apart == 0]

#' Returns an axis of days, ISO weeks (by their Monday) or months.
period_axis <- function(at, grain) {
  if (grain == "day") {
    return(day_axis(at))
  }
  at <- sort(unique(at))
  axis <- day_axis(at)
  axis$tickvals <- I(every(at, ceiling(length(at) / 10)))
  if (grain == "week") {
    axis$hoverformat <- "week from %a %-d %b %Y"
  } else if (grain == "month") {
    axis$hoverformat <- "%B %Y"
    axis$tickformat <- "%b %Y"
  }
  axis
}

#' Returns an axis of hours. In up to five days plotly.js has several ticks a day.
hour_axis <- function(hours) {
  days <- as.Date(substr(range(hours), 1, 10))
  has_hours <- diff(days) < 5
  list(
    type = "date",
    hoverformat = "%a %-d %b %Y, %H:%M",
    # More labels with an hour would stand upright on a phone.
    nticks = if (has_hours) 6 else 10,
    showgrid = FALSE,
    tickformat = if (has_hours) "%H:%M<br>%-d %b" else "%-d %b"
  )
}

#' Draws one line per series.
#'
#' A series may have `part`, which tells the points of periods that are not whole: their segments
#' are dashed, and `part_text` labels the last of them.
line_chart <- function(
  x,
  series,
  y,
  x_axis = day_axis(x),
  y_axis = count_axis(),
  hover = "%{y:,}",
  legend = length(series) > 1
) {
  chart <- plotly::plot_ly()
  for (i in seq_along(series)) {
    one <- series[[i]]
    one$color <- one$color %||% palette_of_series[i]
    part <- one$part %||% rep(FALSE, length(x))
    whole <- ifelse(part, NA, one$values)
    # plotly.js leaves a line without a point out of the legend.
    has_whole <- any(!is.na(whole)) || !any(part)
    chart <- add_line(chart, x, whole, one, hover, dash = one$dash %||% "solid")
    if (any(part)) {
      # A dashed segment begins at the point before.
      near <- part | c(part[-1], FALSE) | c(FALSE, utils::head(part, -1))
      values <- ifelse(near, one$values, NA)
      chart <- add_line(chart, x, values, one, hover, dash = "dash", legend = !has_whole)
      chart <- label_part(chart, x, one, max(which(part)))
    }
  }
  styled(chart, y = y, x_axis = x_axis, y_axis = y_axis, legend = legend)
}

#' Adds a line to a chart.
add_line <- function(chart, x, values, series, hover, dash, legend = TRUE) {
  marks <- length(x) <= 45
  text <- series$part_text %||% rep("", length(x))
  plotly::add_trace(
    chart,
    x = x,
    y = values,
    name = plot_text(series$name),
    legendgroup = series$name,
    showlegend = legend,
    type = "scatter",
    mode = if (marks || sum(!is.na(values)) == 1) "lines+markers" else "lines",
    line = list(color = series$color, width = 2, dash = dash),
    marker = list(size = 5, color = series$color),
    text = ifelse(text == "", "", sprintf(" (%s)", text)),
    connectgaps = FALSE,
    hovertemplate = paste0("%{x}<br>%{fullData.name}: ", hover, "%{text}<extra></extra>")
  )
}

#' Labels the point of a period that is not whole.
label_part <- function(chart, x, series, place) {
  if (is.na(series$values[place]) || !nzchar(series$part_text[place])) {
    return(chart)
  }
  plotly::add_annotations(
    chart,
    x = x[place],
    y = series$values[place],
    text = series$part_text[place],
    showarrow = FALSE,
    xanchor = if (place > length(x) / 2) "right" else "left",
    yshift = 14,
    font = list(size = 12, color = ink),
    bgcolor = "rgba(255,255,255,0.8)"
  )
}

#' Draws points without lines, for values that vary strongly from hour to hour.
dots_chart <- function(x, series, y, x_axis, y_axis, hover) {
  colors <- palette_of_series[2:1]
  chart <- plotly::plot_ly()
  for (i in seq_along(series)) {
    chart <- plotly::add_trace(
      chart,
      x = x,
      y = series[[i]]$values,
      name = series[[i]]$name,
      type = "scatter",
      mode = "markers",
      marker = list(size = 5, color = colors[i], opacity = 0.6),
      hovertemplate = paste0("%{x}<br>%{fullData.name}: ", hover, "<extra></extra>")
    )
  }
  styled(chart, y = y, x_axis = x_axis, y_axis = y_axis)
}

#' Draws horizontal bars, the first on top. Long names have several lines.
bar_chart <- function(
  names,
  values,
  x,
  hover = "%{x:,}",
  color = palette_of_series[1],
  x_axis = count_axis(),
  text = NULL
) {
  shown <- make.unique(wrapped(names), sep = " ·")
  chart <- plotly::plot_ly(
    x = values,
    y = factor(shown, levels = rev(shown)),
    type = "bar",
    orientation = "h",
    marker = list(color = color),
    text = text,
    # A text fits into a long bar, also on a phone, and stands beside a short one.
    textposition = ifelse(values >= 0.3 * max(values, 0), "inside", "outside"),
    textangle = 0,
    insidetextanchor = "end",
    cliponaxis = FALSE,
    constraintext = "none",
    customdata = plot_text(names, 100),
    hovertemplate = paste0("%{customdata}<br>", hover, "<extra></extra>")
  )
  styled(
    chart,
    x = x,
    # More numbers on the axis would overlap on a phone.
    x_axis = utils::modifyList(x_axis, list(showgrid = TRUE, nticks = 4)),
    y_axis = list(showgrid = FALSE, ticksuffix = "  "),
    legend = FALSE,
    bargap = 0.3
  )
}

#' Escapes text for plotly.js, which reads some HTML as markup. Names come from visitors.
plot_text <- function(text, most = 32) {
  gsub("<", "&lt;", gsub("&", "&amp;", shortened(text, most), fixed = TRUE), fixed = TRUE)
}

#' Breaks names into lines of about 30 characters, for the labels of bars.
wrapped <- function(names) {
  vapply(
    names,
    function(name) {
      lines <- strwrap(shortened(name, 90), 30)
      paste(plot_text(if (length(lines) > 0) lines else "", 60), collapse = "<br>")
    },
    "",
    USE.NAMES = FALSE
  )
}

#' Shortens text to a number of characters.
shortened <- function(text, most = 32) {
  ifelse(nchar(text) > most, paste0(substr(text, 1, most - 1), "…"), text)
}

#' Draws a heat map.
heat_chart <- function(
  z,
  x,
  y,
  x_title,
  y_title,
  text,
  hover,
  zmin = 0,
  zmax = NULL,
  bar_title = "",
  tickformat = ","
) {
  chart <- plotly::plot_ly(
    z = z,
    x = x,
    y = y,
    type = "heatmap",
    colorscale = heat,
    zmin = zmin,
    zmax = zmax,
    xgap = 2,
    ygap = 2,
    text = text,
    texttemplate = "%{text}",
    textfont = list(size = 11, color = ink),
    hovertemplate = hover,
    hoverongaps = FALSE,
    colorbar = list(
      title = list(text = bar_title, font = list(size = 12)),
      thickness = 12,
      outlinewidth = 0,
      tickformat = tickformat
    )
  )
  styled(
    chart,
    x = x_title,
    y = y_title,
    x_axis = list(showgrid = FALSE, type = "category", side = "bottom"),
    y_axis = list(showgrid = FALSE, type = "category", autorange = "reversed"),
    legend = FALSE
  )
}
