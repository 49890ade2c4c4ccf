package io.clickstream.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
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
record Report(
    String benchmark,
    boolean quick,
    String date,
    String machine,
    List<Target> targets,
    List<Figure> figures,
    List<String> notes) {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

  static Report of(String benchmark, boolean quick) {
    String today = DAY.format(LocalDate.now(ZoneOffset.UTC));
    return new Report(
        benchmark,
        quick,
        today,
        thisMachine(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  /** A line for each target, then an indented line for each value and note. */
  Stream<String> lines() {
    return Stream.concat(
        targets.stream().map(Target::line),
        Stream.concat(figures.stream().flatMap(f -> f.lines().stream()), notes.stream())
            .map(line -> "  " + line));
  }

  /** Writes {@code <benchmark>.json}, from which {@code benchmarks/pages.py} makes the page. */
  void write(Path folder) throws Exception {
    Files.createDirectories(folder);
    String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this);
    Files.writeString(folder.resolve(benchmark + ".json"), json + "\n");
  }

  /** The load average shows whether other programs were running. */
  private static String thisMachine() {
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
