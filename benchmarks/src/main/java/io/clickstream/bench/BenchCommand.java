package io.clickstream.bench;

import io.clickstream.local.Clickstream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs benchmarks. Exits with 1 if one failed, and with 0 if one only missed its target. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the speed claims on this machine. Prints a line per target: name, ratio, target,",
      "ok or missed, median and range of the rounds. docs/benchmarks.md explains each."
    })
public final class BenchCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  private final Map<String, Benchmark> benchmarks;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "One benchmark; default: all.")
  private String name;

  @Option(names = "--quick", description = "Smaller sizes: show the direction, prove nothing.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Also writes the results of each benchmark there: JSON, page and plots.")
  private Path out;

  BenchCommand(Map<String, Benchmark> benchmarks) {
    this.benchmarks = benchmarks;
  }

  public static void main(String[] args) {
    Map<String, Benchmark> all = new LinkedHashMap<>();
    all.put("read", new ReadBenchmark());
    all.put("packs", new PacksBenchmark());
    all.put("parse", new ParseBenchmark());
    all.put("load", new LoadBenchmark());
    all.put("job", new JobBenchmark());
    all.put("backfill", new BackfillBenchmark());
    all.put("hour", new HourBenchmark());
    all.put("memory", new MemoryBenchmark());
    all.put("scale", new ScaleBenchmark());
    all.put("incremental", new IncrementalBenchmark());
    all.put("big", new BigBenchmark());
    all.put("erase", new EraseBenchmark());
    all.put("close", new CloseBenchmark());
    all.put("ingest", new IngestBenchmark());
    all.put("follow", new FollowBenchmark());
    System.exit(Clickstream.commandLine(new BenchCommand(all)).execute(args));
  }

  @Override
  public Integer call() {
    if (name != null && !benchmarks.containsKey(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "Cannot run '%s': no such benchmark. Choose one of %s."
              .formatted(name, String.join(", ", benchmarks.keySet())));
    }
    int status = 0;
    for (String chosen : name == null ? benchmarks.keySet() : Set.of(name)) {
      try {
        measure(chosen);
      } catch (Exception e) {
        say("Cannot measure %s: %s".formatted(chosen, e.getMessage()));
        status = FAILED;
      }
    }
    return status;
  }

  private void measure(String chosen) throws Exception {
    Report report = Report.of(chosen, quick);
    Scale scale = quick ? Scale.QUICK : Scale.FULL;
    try (Workbench bench = new Workbench(scale, report, step -> say(chosen + ": " + step))) {
      benchmarks.get(chosen).run(bench);
    }
    PrintWriter lines = spec.commandLine().getOut();
    report.lines().forEach(lines::println);
    lines.flush();
    if (out != null) {
      report.write(out);
    }
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("bench: " + line);
    err.flush();
  }
}
