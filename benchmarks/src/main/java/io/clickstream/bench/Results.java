package io.clickstream.bench;

import io.clickstream.bench.Benchmark.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a call of the command measured, as a page with pictures. */
final class Results {

  /** The page's file; the pictures stand beside it. */
  static final String PAGE = "results.md";

  private final Machine machine;
  private final boolean quick;
  private final Map<String, Report> reports = new LinkedHashMap<>();

  Results(Machine machine, boolean quick) {
    this.machine = machine;
    this.quick = quick;
  }

  void add(String benchmark, Report report) {
    reports.put(benchmark, report);
  }

  /** Writes page and pictures into a folder, which is made. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder page = new StringBuilder();
    page.append("# What `./clickstream bench")
        .append(quick ? " --quick" : "")
        .append("` measured\n\n");
    page.append(machine.date()).append("; ").append(machine.description()).append(".\n\n");
    if (quick) {
      page.append("**Small and short: these show the direction, and prove nothing.**\n\n");
    }
    page.append(
        "![The bars](bars.svg)\n\n| | measured | bar | | median and range |\n|---|---|---|---|---|\n");
    List<Bar> bars = reports.values().stream().flatMap(report -> report.bars().stream()).toList();
    bars.forEach(bar -> page.append(bar.row()).append('\n'));
    Files.writeString(folder.resolve("bars.svg"), Plots.bars("Measured against the bars", bars));
    for (Map.Entry<String, Report> report : reports.entrySet()) {
      addSection(page, report.getKey(), report.getValue(), folder);
    }
    Files.writeString(folder.resolve(PAGE), page);
  }

  private static void addSection(StringBuilder page, String name, Report report, Path folder)
      throws IOException {
    page.append("\n## `").append(name).append("`\n\n");
    if (!report.figures().isEmpty()) {
      String picture = name + ".svg";
      Files.writeString(folder.resolve(picture), Plots.figures(name, report.figures()));
      page.append("![").append(name).append("](").append(picture).append(")\n\n");
    }
    report.figures().stream()
        .flatMap(figure -> figure.lines().stream())
        .forEach(line -> page.append("- ").append(line).append('\n'));
    report.notes().forEach(note -> page.append("- ").append(note).append('\n'));
  }
}
