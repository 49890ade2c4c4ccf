package io.clickstream.bench;

import io.clickstream.local.Clickstream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code ./clickstream bench}: a line for each bar on standard output, progress on standard error.
 *
 * <p>Exit status: 0 every bar holds, 1 one is short or a benchmark failed, 2 wrong arguments.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the speed claims on this machine, a line for each: name, ratio, bar, ok or short,",
      "and how far the runs lay apart. docs/benchmarks.md says how."
    })
public final class BenchCommand implements Callable<Integer> {

  private static final int SHORT = 1;

  private final List<Benchmark> benchmarks;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Which benchmark; without it, all of them.")
  private String name;

  @Option(
      names = "--quick",
      description = "Smaller and shorter: shows the direction, proves nothing.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Writes a page for each there, with date, machine and plots.")
  private Path out;

  /** Chooses among benchmarks. */
  BenchCommand(List<Benchmark> benchmarks) {
    this.benchmarks = benchmarks;
  }

  /** Runs and exits. */
  public static void main(String[] args) {
    System.exit(Clickstream.commandLine(new BenchCommand(Benchmarks.ALL)).execute(args));
  }

  @Override
  public Integer call() throws IOException, SQLException {
    boolean holds = true;
    for (Benchmark benchmark : chosen()) {
      Machine machine = Machine.here(Clock.systemUTC());
      Benchmark.Report report = measure(benchmark);
      holds &= report.holds();
      if (out != null) { // After each, lest a failure lose the others.
        new ResultPage(machine, quick, benchmark.name(), report).write(out);
      }
    }
    return holds ? 0 : SHORT;
  }

  private List<Benchmark> chosen() {
    if (name == null) {
      return benchmarks;
    }
    return List.of(
        benchmarks.stream()
            .filter(benchmark -> benchmark.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new ParameterException(spec.commandLine(), unknown())));
  }

  private String unknown() {
    return "there is no benchmark '%s'; there is %s"
        .formatted(
            name, benchmarks.stream().map(Benchmark::name).collect(Collectors.joining(", ")));
  }

  private Benchmark.Report measure(Benchmark benchmark) throws IOException, SQLException {
    PrintWriter lines = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    err.println("bench: " + benchmark.name() + ": " + benchmark.about());
    err.flush();
    Benchmark.Report report =
        benchmark.run(
            quick,
            line -> {
              err.println("bench: " + line);
              err.flush();
            });
    report.bars().forEach(bar -> lines.println(bar.line()));
    report.figures().stream()
        .flatMap(figure -> figure.lines().stream())
        .forEach(line -> lines.println("  " + line));
    report.notes().forEach(note -> lines.println("  " + note));
    lines.flush();
    return report;
  }
}
