package io.clickstream.local.diff;

import io.clickstream.local.diff.TableDiff.Example;
import io.clickstream.local.diff.TableDiff.Kind;
import io.clickstream.local.diff.TableDiff.ValueChange;
import io.clickstream.local.diff.WarehouseDiff.SettingChange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A difference as a page for people: old and new side by side, what has changed most first.
 *
 * <p>The page loads nothing and runs nothing. Every value is escaped, since anyone may have sent
 * it.
 */
final class DiffPage {

  private static final int METRIC_CHANGES = 500;
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private final StringBuilder html = new StringBuilder();

  private DiffPage() {}

  static String of(WarehouseDiff diff) {
    DiffPage page = new DiffPage();
    page.write(diff);
    return page.html.toString();
  }

  private static String style() {
    try (InputStream css = DiffPage.class.getResourceAsStream("page.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read page.css.", e);
    }
  }

  /** Returns a value as text of an element or of a quoted attribute. */
  static String escaped(String value) {
    return PlainText.of(value)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Adds markup whose values are escaped. */
  private void add(String markup, Object... values) {
    Object[] escaped = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      escaped[i] = values[i] instanceof Number ? values[i] : escaped(String.valueOf(values[i]));
    }
    html.append(String.format(Locale.ROOT, markup, escaped)).append('\n');
  }

  private void write(WarehouseDiff diff) {
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append(POLICY)
        .append("\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
    html.append("<title>Two warehouses compared</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n");
    add("<h1>Two warehouses compared</h1>");
    add("<p>Old: %s<br>New: %s</p>", diff.old(), diff.current());
    add("<p class=\"result\">%s</p>", DiffText.result(diff));
    writeTotals(diff.metrics());
    writeTables(diff);
    writeSettings(diff.settings());
    writeDays(diff.metrics());
    html.append("</body>\n</html>\n");
  }

  private void head(String caption, String... columns) {
    add("<table>\n<caption>%s</caption>\n<thead><tr>", caption);
    for (String column : columns) {
      add("<th scope=\"col\">%s</th>", column);
    }
    add("</tr></thead>\n<tbody>");
  }

  private void foot() {
    add("</tbody>\n</table>");
  }

  private void number(String kind, String value) {
    add("<td class=\"number %s\">%s</td>", kind, value);
  }

  private void numbers(BigDecimal before, BigDecimal after) {
    number("old", PlainText.of(before));
    number("new", PlainText.of(after));
    number("", PlainText.of(after.subtract(before)));
    number("", PlainText.percent(before, after));
  }

  private void writeTotals(MetricsDiff metrics) {
    if (metrics.totals().isEmpty()) {
      add("<p>No metric of any day differs.</p>");
      return;
    }
    add("<h2>Metrics</h2>");
    head("Sums of all days", "Metric", "Old", "New", "Change", "Percent", "Days that differ");
    for (MetricsDiff.Total total : metrics.totals()) {
      add("<tr><th scope=\"row\">%s</th>", total.metric());
      numbers(total.before(), total.after());
      add("<td class=\"number\">%,d</td></tr>", total.daysChanged());
    }
    foot();
  }

  private void writeDays(MetricsDiff metrics) {
    List<MetricChange> shown =
        metrics.changes().subList(0, Math.min(METRIC_CHANGES, metrics.changes().size()));
    if (shown.isEmpty()) {
      return;
    }
    add("<h2>Days</h2>");
    head(
        "%d of %d values that differ, the most changed first"
            .formatted(shown.size(), metrics.changedValues()),
        "Day",
        "Metric",
        "Old",
        "New",
        "Change",
        "Percent");
    for (MetricChange change : shown) {
      add("<tr><td>%s</td><th scope=\"row\">%s</th>", change.day(), change.metric());
      numbers(change.before(), change.after());
      add("</tr>");
    }
    foot();
  }

  private void writeSettings(List<SettingChange> settings) {
    if (settings.isEmpty()) {
      return;
    }
    add("<h2>Settings</h2>");
    head("Settings that differ", "Setting", "Old", "New");
    for (SettingChange setting : settings) {
      add("<tr><th scope=\"row\">%s</th>", setting.name());
      cell("old", setting.before());
      cell("new", setting.after());
      add("</tr>");
    }
    foot();
  }

  private void cell(String kind, String value) {
    add(
        "<td class=\"%s\">%s</td>",
        value == null ? kind + " absent" : kind, value == null ? "NULL" : value);
  }

  private void writeTables(WarehouseDiff diff) {
    add("<h2>Tables</h2>");
    head("Rows by primary key", "Table", "Old rows", "New rows", "Changed", "Only old", "Only new");
    for (TableDiff table : diff.tables()) {
      add(
          "<tr><th scope=\"row\">%s</th><td class=\"number old\">%,d</td>"
              + "<td class=\"number new\">%,d</td><td class=\"number\">%,d</td>"
              + "<td class=\"number\">%,d</td><td class=\"number\">%,d</td></tr>",
          table.table(),
          table.oldRows(),
          table.newRows(),
          table.changed(),
          table.onlyOld(),
          table.onlyNew());
    }
    foot();
    diff.tablesOnlyOld().forEach(table -> add("<p>Only old: table %s</p>", table));
    diff.tablesOnlyNew().forEach(table -> add("<p>Only new: table %s</p>", table));
    diff.notCompared()
        .forEach(
            table ->
                add(
                    "<p>Not compared: table %s has no common primary key, or may not be read</p>",
                    table));
    for (TableDiff table : diff.tables()) {
      if (table.differs()) {
        writeTable(table);
      }
    }
  }

  private void writeTable(TableDiff table) {
    add("<details><summary>%s: %,d rows differ</summary>", table.table(), table.differing());
    table.columnsOnlyOld().forEach(column -> add("<p>Only old: column %s</p>", column));
    table.columnsOnlyNew().forEach(column -> add("<p>Only new: column %s</p>", column));
    if (!table.changedColumns().isEmpty()) {
      head("Changed columns", "Column", "Rows");
      table
          .changedColumns()
          .forEach(
              (column, rows) ->
                  add(
                      "<tr><th scope=\"row\">%s</th><td class=\"number\">%,d</td></tr>",
                      column, rows));
      foot();
    }
    table.examples().forEach(this::writeExample);
    add("</details>");
  }

  private void writeExample(Example example) {
    add(
        "<table class=\"example\">\n<caption>%s: %s</caption>",
        example.kind(), DiffText.keyOf(example));
    add("<thead><tr><th scope=\"col\">Column</th><th scope=\"col\">Old</th>");
    add("<th scope=\"col\">New</th></tr></thead>\n<tbody>");
    for (ValueChange value : example.values()) {
      add("<tr><th scope=\"row\">%s</th>", value.column());
      side("old", example.kind() == Kind.ONLY_NEW, value.before());
      side("new", example.kind() == Kind.ONLY_OLD, value.after());
      add("</tr>");
    }
    foot();
  }

  private void side(String kind, boolean isAbsent, String value) {
    if (isAbsent) {
      add("<td class=\"absent\">no row</td>");
    } else {
      cell(kind, value);
    }
  }
}
