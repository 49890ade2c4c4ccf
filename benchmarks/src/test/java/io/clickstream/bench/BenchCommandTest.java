package io.clickstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.local.Clickstream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> ran = new ArrayList<>();

  private int bench(String... args) {
    Map<String, Benchmark> benchmarks = new LinkedHashMap<>();
    benchmarks.put("good", bench -> measure("good", bench, 0.5));
    benchmarks.put(
        "broken",
        bench -> {
          throw new IllegalStateException("the rows differ");
        });
    benchmarks.put(
        "slow",
        bench -> {
          bench.progress("on the way");
          measure("slow", bench, 1.5);
        });
    return Clickstream.commandLine(new BenchCommand(benchmarks))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  private void measure(String name, Workbench bench, double ratio) {
    ran.add(name + " " + bench.of(1, 2, 3));
    bench.add(Target.atMost(1, name + " time", Ratio.once(ratio)));
    bench.add(new Figure("seconds", "s", Map.of(name, Spread.of(List.of(2.0)))));
    bench.note("a note");
  }

  @Test
  void aMissedTargetIsReportedAndExitsWithZero() {
    assertThat(bench("slow")).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            target -> assertThat(target).startsWith("slow time").contains("missed"),
            figure -> assertThat(figure).startsWith("  seconds, slow: s median 2.00"),
            note -> assertThat(note).isEqualTo("  a note"));
    assertThat(err.toString().lines()).containsExactly("bench: slow: on the way");
  }

  @Test
  void aBenchmarkThatBreaksExitsWithOneAndTheOthersRun() {
    assertThat(bench()).isEqualTo(1);
    assertThat(ran).containsExactly("good 1", "slow 1");
    assertThat(err.toString()).contains("Cannot measure broken: the rows differ");
  }

  @Test
  void anUnknownNameExitsWithTwoAndRunsNothing() {
    assertThat(bench("fast")).isEqualTo(2);
    assertThat(ran).isEmpty();
  }

  @Test
  void resultsOfTheSmallerScaleAreWrittenAsJson(@TempDir Path folder) throws Exception {
    assertThat(bench("slow", "--quick", "--out", folder.resolve("new").toString())).isZero();
    assertThat(ran).containsExactly("slow 2");
    JsonNode result = new ObjectMapper().readTree(folder.resolve("new/slow.json").toFile());
    assertThat(result.at("/benchmark").asText()).isEqualTo("slow");
    assertThat(result.at("/quick").asBoolean()).isTrue();
    assertThat(result.at("/machine").asText()).contains(" cores, ");
    assertThat(result.at("/targets/0").toString())
        .isEqualTo(
            "{\"name\":\"slow time\",\"ratio\":1.5,\"sign\":\"<=\",\"limit\":1.0,"
                + "\"rounds\":{\"median\":1.5,\"min\":1.5,\"max\":1.5,\"runs\":1}}");
    assertThat(result.at("/figures/0/values/slow/median").asDouble()).isEqualTo(2);
    assertThat(result.at("/notes/0").asText()).isEqualTo("a note");
  }
}
