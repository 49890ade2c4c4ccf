package io.clickstream.bench;

import io.clickstream.bench.Benchmark.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a benchmark measured, as a page with pictures beside it. A page each: measuring one again
 * leaves the others as they are.
 *
 * @param machine on what, and when
 * @param quick whether it was a small and short measurement
 * @param benchmark its name
 */
record ResultPage(Machine machine, boolean quick, String benchmark, Report report) {

  /** Writes {@code <benchmark>.md} and its pictures into a folder, which is made. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder page = new StringBuilder();
    page.append("# What `./clickstream bench ")
        .append(benchmark)
        .append(quick ? " --quick" : "")
        .append("` measured\n\n");
    page.append(machine.date()).append("; ").append(machine.description()).append(".\n\n");
    if (quick) {
      page.append("**Small and short: these show the direction, and prove nothing.**\n\n");
    }
    page.append("| | measured | bar | | median and range |\n|---|---|---|---|---|\n");
    report.bars().forEach(bar -> page.append(bar.row()).append('\n'));
    page.append('\n');
    picture(page, folder, "bars", Plots.bars("Measured against the bars", report.bars()));
    if (!report.figures().isEmpty()) {
      picture(page, folder, "figures", Plots.figures(benchmark, report.figures()));
    }
    report.figures().stream()
        .flatMap(figure -> figure.lines().stream())
        .forEach(line -> page.append("- ").append(line).append('\n'));
    report.notes().forEach(note -> page.append("- ").append(note).append('\n'));
    Files.writeString(folder.resolve(benchmark + ".md"), page);
  }

  private void picture(StringBuilder page, Path folder, String name, String svg)
      throws IOException {
    String file = benchmark + "-" + name + ".svg";
    Files.writeString(folder.resolve(file), svg);
    page.append("![").append(name).append("](").append(file).append(")\n\n");
  }
}
