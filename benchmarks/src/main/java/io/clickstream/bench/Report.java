package io.clickstream.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.package$;

/** The results of one benchmark, collected while it runs. */
final class Report {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

  private final String date = DAY.format(LocalDate.now(ZoneOffset.UTC));
  private final String machine = machine();
  private final List<Target> targets = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** Adds a claim. */
  void add(Target target) {
    targets.add(target);
  }

  /** Adds measured values: those that a ratio was computed from, or others beside them. */
  void add(Figure figure) {
    figures.add(figure);
  }

  /** Adds one line of explanation. */
  void note(String note) {
    notes.add(note);
  }

  List<Target> targets() {
    return List.copyOf(targets);
  }

  List<Figure> figures() {
    return List.copyOf(figures);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  /** A line for each target, then an indented line for each value and note. */
  Stream<String> lines() {
    return Stream.concat(
        targets.stream().map(Target::line),
        Stream.concat(figures.stream().flatMap(f -> f.lines().stream()), notes.stream())
            .map(line -> "  " + line));
  }

  /** The content of a JSON file, from which {@code benchmarks/pages.py} makes the page. */
  private record Result(
      String benchmark,
      boolean quick,
      String date,
      String machine,
      List<Target> targets,
      List<Figure> figures,
      List<String> notes) {}

  /** Writes {@code <benchmark>.json} into a folder, which is created if missing. */
  void write(Path folder, String benchmark, boolean quick) throws IOException {
    Files.createDirectories(folder);
    String json =
        new ObjectMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(
                new Result(benchmark, quick, date, machine, targets, figures, notes));
    Files.writeString(folder.resolve(benchmark + ".json"), json + "\n");
  }

  /** The load average shows whether other programs were running. */
  private static String machine() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d cores, %d GB of memory, %s %s, Java %s, Spark %s; load average before: %.1f",
        system.getAvailableProcessors(),
        Math.round(system.getTotalMemorySize() / 1e9),
        system.getName(),
        system.getArch(),
        System.getProperty("java.version"),
        package$.MODULE$.SPARK_VERSION(),
        system.getSystemLoadAverage());
  }
}
