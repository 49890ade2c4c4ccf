package io.clickstream.local.diff;

import io.clickstream.local.diff.TableDiff.Example;
import io.clickstream.local.diff.TableDiff.ValueChange;
import io.clickstream.local.diff.WarehouseDiff.SettingChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A difference as lines of text. */
public final class DiffText {

  private static final int METRIC_CHANGES = 20;

  private final List<String> lines = new ArrayList<>();

  private DiffText() {}

  /** Returns the settings, the tables and the metrics that differ, and one line with the result. */
  public static String of(WarehouseDiff diff) {
    DiffText text = new DiffText();
    text.add("old: %s", PlainText.of(diff.old()));
    text.add("new: %s", PlainText.of(diff.current()));
    text.addSettings(diff);
    text.addTables(diff);
    text.addMetrics(diff.metrics());
    text.add("%s", result(diff));
    return String.join("\n", text.lines);
  }

  /** Returns one line that tells whether the warehouses are equal. */
  public static String result(WarehouseDiff diff) {
    if (!diff.differs()) {
      return String.format(
          Locale.ROOT,
          "The warehouses are equal: %,d rows in %d tables.",
          diff.newRows(),
          diff.tables().size());
    }
    return String.format(
        Locale.ROOT,
        "The warehouses differ: %,d rows in %d of %d tables, %,d values of days, %d settings.",
        diff.differingRows(),
        diff.tables().stream().filter(TableDiff::differs).count(),
        diff.tables().size(),
        diff.metrics().changedValues(),
        diff.settings().size());
  }

  private void add(String line, Object... values) {
    lines.add(String.format(Locale.ROOT, line, values));
  }

  private void addSettings(WarehouseDiff diff) {
    if (!diff.settings().isEmpty()) {
      add("");
      add("settings");
    }
    for (SettingChange setting : diff.settings()) {
      add(
          "  %s: %s → %s",
          PlainText.of(setting.name()),
          PlainText.of(setting.before()),
          PlainText.of(setting.after()));
    }
  }

  private void addTables(WarehouseDiff diff) {
    diff.tablesOnlyOld().forEach(table -> add("only old: table %s", PlainText.of(table)));
    diff.tablesOnlyNew().forEach(table -> add("only new: table %s", PlainText.of(table)));
    diff.notCompared()
        .forEach(
            table ->
                add(
                    "not compared: table %s has no common primary key, or may not be read",
                    PlainText.of(table)));
    for (TableDiff table : diff.tables()) {
      if (table.differs()) {
        addTable(table);
      }
    }
  }

  private void addTable(TableDiff table) {
    add("");
    add(
        "%s: %,d changed, %,d only old, %,d only new (%,d rows → %,d)",
        PlainText.of(table.table()),
        table.changed(),
        table.onlyOld(),
        table.onlyNew(),
        table.oldRows(),
        table.newRows());
    table.columnsOnlyOld().forEach(name -> add("  only old: column %s", PlainText.of(name)));
    table.columnsOnlyNew().forEach(name -> add("  only new: column %s", PlainText.of(name)));
    if (!table.changedColumns().isEmpty()) {
      add(
          "  changed columns: %s",
          table.changedColumns().entrySet().stream()
              .map(
                  column ->
                      String.format(
                          Locale.ROOT, "%s %,d", PlainText.of(column.getKey()), column.getValue()))
              .collect(Collectors.joining(", ")));
    }
    for (Example example : table.examples()) {
      add("  %s: %s", example.kind(), keyOf(example));
      for (ValueChange value : example.values()) {
        add("    %s: %s", PlainText.of(value.column()), change(example, value));
      }
    }
  }

  static String keyOf(Example example) {
    return example.key().entrySet().stream()
        .map((Map.Entry<String, String> part) -> part.getKey() + " " + part.getValue())
        .map(PlainText::of)
        .collect(Collectors.joining(", "));
  }

  private static String change(Example example, ValueChange value) {
    return switch (example.kind()) {
      case CHANGED -> PlainText.of(value.before()) + " → " + PlainText.of(value.after());
      case ONLY_OLD -> PlainText.of(value.before());
      case ONLY_NEW -> PlainText.of(value.after());
    };
  }

  private void addMetrics(MetricsDiff metrics) {
    if (metrics.changedValues() == 0) {
      add("");
      add("No metric of any day differs.");
      add("");
      return;
    }
    add("");
    add("metrics, sums of days");
    for (MetricsDiff.Total total : metrics.totals()) {
      add(
          "  %s: %s → %s %s(%,d days differ)",
          PlainText.of(total.metric()),
          PlainText.of(total.before()),
          PlainText.of(total.after()),
          percent(PlainText.percent(total.before(), total.after())),
          total.daysChanged());
    }
    add("");
    add("metrics by day, the most changed first");
    for (MetricChange change :
        metrics.changes().subList(0, Math.min(METRIC_CHANGES, metrics.changes().size()))) {
      add(
          "  %s %s: %s → %s %s",
          PlainText.of(change.day()),
          PlainText.of(change.metric()),
          PlainText.of(change.before()),
          PlainText.of(change.after()),
          percent(PlainText.percent(change.before(), change.after())));
    }
    if (metrics.changedValues() > METRIC_CHANGES) {
      add("  … and %,d more: see --json or --html", metrics.changedValues() - METRIC_CHANGES);
    }
    add("");
  }

  private static String percent(String percent) {
    return percent.isEmpty() ? "" : percent + " ";
  }
}
