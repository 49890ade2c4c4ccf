package io.clickstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> packed = new ArrayList<>();

  @Test
  void objectsAreWrittenAndSummarizedInOneLine() throws IOException {
    Path root = folder.resolve("raw/events");
    assertThat(run("--out", root.toUri().toString(), "--events", "300")).isZero();
    assertThat(objects(root)).isEqualTo(300);
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(out.toString()).startsWith("300 events (").contains("12 bot");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void optionsReachTheTraffic() throws IOException {
    assertThat(
            run(
                "--out",
                folder.toString(),
                "--events",
                "40",
                "--start",
                "2026-01-31",
                "--hours",
                "1"))
        .isZero();
    assertThat(objects(folder.resolve("2026/01/31/00"))).isEqualTo(40);
  }

  @Test
  void hoursAreWrittenAndThenPacked() throws IOException {
    String[] options = {
      "--out", folder.toString(), "--events", "40", "--start", "2026-01-31T05", "--hours", "2"
    };
    assertThat(run(options)).isZero();
    assertThat(packed).isEmpty();
    List<String> withPacks = new ArrayList<>(List.of(options));
    withPacks.add("--packs");
    assertThat(run(withPacks.toArray(String[]::new))).isZero();
    assertThat(packed)
        .containsExactly(folder.toUri() + " 2026-01-31T05:00:00Z 2026-01-31T07:00:00Z");
  }

  @Test
  void batchesAndBrokenPostsAreOptional() throws IOException {
    assertThat(
            run("--out", folder.toString(), "--hours", "1", "--batch-size", "1000", "--no-broken"))
        .isZero();
    assertThat(out.toString()).doesNotContain("broken").contains("in 5 objects");
    assertThat(objects(folder)).isEqualTo(5);
    assertThat(
            run(
                "--out",
                folder.toString(),
                "--events",
                "5000",
                "--hours",
                "1",
                "--batch-size",
                "1000",
                "--broken"))
        .isZero();
    assertThat(out.toString()).contains("broken");
  }

  @ParameterizedTest
  @CsvSource({
    "--events, 0, 'Cannot simulate traffic: events is 0. Give at least 1.'",
    "--events, many, 'Cannot run simulate: --events is ''many''. Run ./simulate --help for'",
    "--hours, 0, 'Cannot simulate traffic: --hours is 0. Give 1 to 8784.'",
    "--hours, 8785, 'Cannot simulate traffic: --hours is 8785. Give 1 to 8784.'",
    "--batch-size, 0, 'Cannot write objects: the batch size is 0. Give 1 to 10,000.'",
    "--out, s3a://bucket/events, ''",
    "--start, 2026-02-30, ''",
    "--start, yesterday, ''",
    "--start, 1999-12-31, ''",
    "--colour, red, 'Cannot run simulate: ''--colour'' is unknown. Run'"
  })
  void aWrongArgumentGivesOneLineAndExitStatus2(String option, String value, String message) {
    String[] arguments =
        option.equals("--out")
            ? new String[] {option, value}
            : new String[] {"--out", folder.toString(), option, value};
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("clickstream: Cannot ").contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void withoutAnOutputThereIsOneLineAndExitStatus2() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "clickstream: Cannot run simulate: --out is missing. Run ./simulate --help for the list"
                + " of its arguments.");
  }

  @Test
  void aFolderThatCannotBeWrittenGivesExitStatus1() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(run("--out", file.toString())).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void theDefaultsAreThoseOfTheTraffic() {
    assertThat(SimulateCommand.parseStart(SimulateCommand.DEFAULT_START))
        .isEqualTo(TrafficOptions.DEFAULT_START);
    assertThat(SimulateCommand.DEFAULT_HOURS)
        .isEqualTo(String.valueOf(TrafficOptions.DEFAULT_DURATION.toHours()));
  }

  @Test
  void aStartIsADateAnHourOrATimeWithItsOffset() {
    assertThat(SimulateCommand.parseStart("2026-11-21")).isEqualTo("2026-11-21T00:00:00Z");
    assertThat(SimulateCommand.parseStart("2026-11-21T13")).isEqualTo("2026-11-21T13:00:00Z");
    assertThat(SimulateCommand.parseStart("2026-11-21T12:00Z")).isEqualTo("2026-11-21T12:00:00Z");
    assertThat(SimulateCommand.parseStart("2026-11-21T12:00:00.5+07:00"))
        .isEqualTo("2026-11-21T05:00:00.500Z");
    assertThatThrownBy(() -> SimulateCommand.parseStart("2026-11-21T12:00"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void progressIsABarOnATerminalAndLinesElsewhere() {
    long[] now = {0};
    Progress bar = new Progress(new PrintWriter(out), true, 1_000, () -> now[0]);
    Progress lines = new Progress(new PrintWriter(err), false, 1_000, () -> now[0]);
    for (int done = 100; done <= 1_000; done += 100) {
      now[0] += 1_000_000_000L;
      bar.accept(done);
      lines.accept(done);
    }
    bar.end();
    lines.end();
    assertThat(out.toString())
        .contains("\r[######")
        .contains("20 %  200 of 1,000  100/s")
        .endsWith("\u001b[K");
    assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.startsWith("20 %"));
  }

  private int run(String... arguments) {
    CommandLine command =
        SimulateCommand.commandLine((root, from, to) -> packed.add(root + " " + from + " " + to));
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  private static long objects(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(Files::isRegularFile).count();
    }
  }
}
