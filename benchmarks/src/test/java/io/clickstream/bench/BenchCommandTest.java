package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.local.Clickstream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> ran = new ArrayList<>();

  /** Measures nothing. */
  private final class Pretended implements Benchmark {
    private final String name;
    private final double measured;

    Pretended(String name, double measured) {
      this.name = name;
      this.measured = measured;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String about() {
      return "nothing";
    }

    @Override
    public Report run(boolean quick, Consumer<String> progress) {
      ran.add(name + (quick ? " quick" : ""));
      progress.accept("on the way");
      Bar bar = Bar.atMost(1, name + " time", measured, new Spread(List.of(measured)));
      Figure figure = new Figure("seconds", "s", Map.of(name, new Spread(List.of(2.0))));
      return new Report(List.of(bar), List.of(figure), List.of("a note"));
    }
  }

  private int bench(String... args) {
    BenchCommand command =
        new BenchCommand(List.of(new Pretended("good", 0.5), new Pretended("bad", 1.5)));
    CommandLine line = Clickstream.commandLine(command);
    return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }

  @Test
  void aBenchmarkWhoseBarsHoldExitsWithZero() {
    assertThat(bench("good")).isZero();
    assertThat(ran).containsExactly("good");
  }

  @Test
  void withoutANameAllRunAndOneShortBarExitsWithOne() {
    assertThat(bench()).isEqualTo(1);
    assertThat(ran).containsExactly("good", "bad");
  }

  @Test
  void quickIsPassedOn() {
    bench("good", "--quick");
    assertThat(ran).containsExactly("good quick");
  }

  @Test
  void anUnknownNameExitsWithTwoAndRunsNothing() {
    assertThat(bench("fast")).isEqualTo(2);
    assertThat(ran).isEmpty();
  }

  @Test
  void barsGoToStandardOutputAndProgressToStandardError() {
    bench("bad");
    assertThat(out.toString().lines())
        .satisfiesExactly(
            bar -> assertThat(bar).startsWith("bad time").contains("short"),
            figure -> assertThat(figure).startsWith("  seconds, bad: s median 2.00"),
            note -> assertThat(note).isEqualTo("  a note"));
    assertThat(err.toString().lines()).containsExactly("bench: bad: nothing", "bench: on the way");
  }

  @Test
  void resultsAreWrittenAsAPageWithPlots(@TempDir Path folder) throws Exception {
    assertThat(bench("--quick", "--out", folder.resolve("new").toString())).isEqualTo(1);
    assertThat(folder.resolve("new/good.md"))
        .content()
        .contains("bench good --quick", " cores, ", "| good time | 0.50 | <= 1.00 | ok |");
    assertThat(folder.resolve("new/bad.md"))
        .content()
        .contains("| bad time | 1.50 | <= 1.00 | short |", "(bad-figures.svg)", "- a note");
    for (String picture : List.of("good-bars", "good-figures", "bad-bars", "bad-figures")) {
      Path file = folder.resolve("new/" + picture + ".svg");
      DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      assertThat(file)
          .content()
          .contains(picture.endsWith("-figures") ? "2.00" : picture.replace("-bars", " time"));
    }
  }
}
